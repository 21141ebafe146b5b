"""Records and documents: what is kept beside the tasks, each as one document of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, get_args

from task_assistant.domain.ordering import micros
from task_assistant.domain.records import Record, RecordKind
from task_assistant.ports.documents import Document
from task_assistant.stores.firestore import contents, numbers
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.gateway import Ask, Gateway, Row
from task_assistant.stores.firestore.layout import time

RECORDS: Final = "records"
DOCUMENTS: Final = "documents"
FILE_AT_ONCE: Final = 100  # a file that has fewer records is read with one query, whatever the kinds
DROPPED_AT_ONCE: Final = 400
KINDS: Final[dict[str, RecordKind]] = {kind: kind for kind in get_args(RecordKind)}


# -- records -----------------------------------------------------------------------------------------------------------


def record_place(task_id: int, kind: str, n: int) -> str:
    """The name of a record: as text in the order of task, kind and number."""
    return f"{numbers.key(task_id)}.{kind}.{n:010d}"


def put_record(batch: Batch, task_id: int, record: Record) -> None:
    """Writes or removes a record; the task's own compare-and-set guards it."""
    place = record_place(task_id, record.kind, record.n)
    if record.data is None:
        batch.drop(RECORDS, place)
        return
    fields = {"place": place, "body": contents.packed(record.data), "text": record.text}
    batch.put(RECORDS, place, fields)


async def newest_records(
    gateway: Gateway, task_id: int, kinds: Sequence[RecordKind], limit: int
) -> list[Record]:
    """The newest `limit` of each kind: one query for a short file, one a kind for a long one."""
    if not kinds or limit <= 0:
        return []
    file = [record_of(row) for row in await _range(gateway, numbers.key(task_id), FILE_AT_ONCE)]
    if len(file) < FILE_AT_ONCE:
        return [record for kind in kinds for record in [r for r in file if r.kind == kind][:limit]]
    found: list[Record] = []
    for kind in kinds:
        found += map(record_of, await _range(gateway, f"{numbers.key(task_id)}.{kind}", limit))
    return found


async def _range(gateway: Gateway, start: str, limit: int | None) -> list[Row]:
    where = (("place", ">", f"{start}."), ("place", "<", f"{start}/"))
    return await gateway.query(Ask(RECORDS, where, (("place", True),), limit, fields=("body",)))


def record_of(row: Row, text: str | None = None) -> Record:
    """The record of a row."""
    _, kind, n = row.key.split(".")
    return Record(KINDS[kind], int(n), contents.unpacked(row.fields["body"]), text)


async def one_record(gateway: Gateway, task_id: int, kind: RecordKind, n: int) -> Record | None:
    """A record with its text."""
    row = await gateway.get(RECORDS, record_place(task_id, kind, n))
    return None if row is None else record_of(row, row.fields.get("text"))


async def file_keys(gateway: Gateway, task_id: int) -> list[str]:
    """The names of all records of a task."""
    return [row.key for row in await _range(gateway, numbers.key(task_id), None)]


# -- documents ---------------------------------------------------------------------------------------------------------


def document_key(kind: str, key: str) -> str:
    """The name of a document: any text may be a key, and a name is short and has no slash."""
    return hashlib.sha256(f"{kind}\0{key}".encode()).hexdigest()


def document_place(kind: str, key: str) -> str:
    """What orders documents by kind and key: no kind has a character below the blank between the two."""
    return f"{kind} {key}"


def document_fields(document: Document, tasks: Iterable[int]) -> dict[str, Any]:
    """The whole document; `tasks` are resolved to ids."""
    return {
        "kind": document.kind,
        "place": document_place(document.kind, document.key),
        "body": contents.packed({"key": document.key, "data": document.data}),
        "expires_at": None if document.expires_at is None else micros(document.expires_at),
        "tasks": list(tasks),
    }


def live(row: Row | None, now: datetime) -> Row | None:
    """The row unless it has expired."""
    ends = None if row is None else row.fields.get("expires_at")
    return None if ends is not None and ends <= micros(now) else row


def document_of(row: Row) -> Document:
    """The document of a row."""
    body = contents.unpacked(row.fields["body"])
    ends = row.fields.get("expires_at")
    return Document(
        row.fields["kind"], body["key"], body["data"], expires_at=None if ends is None else time(ends),
        tasks=tuple(row.fields["tasks"]),
    )  # fmt: skip


async def one_document(gateway: Gateway, kind: str, key: str, now: datetime) -> Document | None:
    """One document that has not expired."""
    row = live(await gateway.get(DOCUMENTS, document_key(kind, key)), now)
    return None if row is None else document_of(row)


async def some_documents(
    gateway: Gateway, kind: str, now: datetime, keys: Sequence[str] | None
) -> list[Document]:
    """All of a kind or the named ones, in key order."""
    if keys is None:
        rows = await gateway.query(Ask(DOCUMENTS, (("kind", "==", kind),)))
    else:
        names = [document_key(kind, key) for key in keys]
        rows = list((await gateway.get_many(DOCUMENTS, names)).values())
    found = [document_of(row) for row in rows if live(row, now) is not None]
    return sorted(found, key=lambda document: document.key)


async def drop_expired(gateway: Gateway, now: datetime) -> int:
    """Removes what has expired; how many."""
    dropped = 0
    ask = Ask(
        DOCUMENTS, (("expires_at", "<=", micros(now)),), (("expires_at", False),), DROPPED_AT_ONCE,
        fields=("expires_at",),
    )  # fmt: skip
    while rows := await gateway.query(ask):
        batch = Batch()
        for row in rows:
            batch.drop(DOCUMENTS, row.key, row.seen)
        await gateway.commit(batch)
        dropped += len(rows)
        if len(rows) < DROPPED_AT_ONCE:
            break
    return dropped
