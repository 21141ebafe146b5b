"""Small named things that are no tasks: keys, sessions, sources, stored answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import bindparam, delete, or_, select, text

from task_assistant.domain.ordering import micros
from task_assistant.ports.documents import Document
from task_assistant.ports.store import DocumentConflict
from task_assistant.stores.sql.contents import from_json, to_json
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.rows import stored, time
from task_assistant.stores.sql.statements import Among, Connection, Row, Statement, inserting
from task_assistant.stores.sql.tables import document_tasks, documents

D, N = documents.c, document_tasks.c
ALIVE = or_(D.expires_at.is_(None), D.expires_at > named("now"))
DOCUMENT = (D.kind, D.key, D.data, D.expires_at, D.tasks)
OF_KIND = D.kind == bindparam("kind")
ONE = Statement(select(*DOCUMENT).where(OF_KIND, D.key == bindparam("key"), ALIVE))
SOME = Statement(select(*DOCUMENT).where(OF_KIND, Among(D.key, "keys"), ALIVE).order_by(D.key))
ALL = Statement(select(*DOCUMENT).where(OF_KIND, ALIVE).order_by(D.key))
PUT = Statement(
    text(
        "INSERT INTO documents (kind, key, expires_at, tasks, data) VALUES (:kind, :key, :expires_at, :tasks, :data) "
        "ON CONFLICT (kind, key) DO UPDATE SET expires_at = excluded.expires_at, tasks = excluded.tasks, "
        "data = excluded.data"
    )
)
REMOVE = Statement(delete(documents).where(OF_KIND, D.key == bindparam("key")))
NAME = inserting(document_tasks, ("kind", "key", "task_id"))
UNNAME = Statement(delete(document_tasks).where(N.kind == bindparam("kind"), N.key == bindparam("key")))
NAMING = Statement(select(N.kind, N.key).where(N.task_id == named("id")))
EXPIRED = Statement(delete(documents).where(D.expires_at <= named("now")).returning(D.kind))


async def expect(connection: Connection, document: Document, now: datetime) -> None:
    """Raises DocumentConflict unless the document is there, or is not, as its writer expects."""
    if document.expect == "any":
        return
    place = {"kind": document.kind, "key": document.key, "now": micros(now)}
    if bool(await connection.execute(ONE, place)) is not (document.expect == "present"):
        raise DocumentConflict(document.kind, document.key)


async def put(connection: Connection, document: Document, inserted: Mapping[int, int]) -> None:
    """Writes or removes the document; `inserted` gives the ids behind negative task numbers."""
    place = {"kind": document.kind, "key": document.key}
    await connection.execute(UNNAME, place)
    if document.data is None:
        await connection.execute(REMOVE, place)
        return
    ids = [inserted.get(i, i) for i in dict.fromkeys(document.tasks)]
    values = {"expires_at": stored(document.expires_at), "data": orjson.dumps(document.data).decode()}
    await connection.execute(PUT, place | values | {"tasks": to_json(tuple(ids))})
    for task_id in ids:
        await connection.execute(NAME, place | {"task_id": task_id})


async def one(connection: Connection, kind: str, key: str, now: datetime) -> Document | None:
    """The document unless it has expired."""
    rows = await connection.execute(ONE, {"kind": kind, "key": key, "now": micros(now)})
    return as_document(rows[0]) if rows else None


async def some(
    connection: Connection, kind: str, now: datetime, keys: Sequence[str] | None = None
) -> list[Document]:
    """Those of a kind that have not expired, in key order; all of them or those with these keys."""
    params = {"kind": kind, "now": micros(now)}
    if keys is None:
        return [as_document(row) for row in await connection.execute(ALL, params)]
    return [
        as_document(row) for row in await connection.execute(SOME, params | {"keys": connection.many(keys)})
    ]


async def drop_expired(connection: Connection, now: datetime) -> int:
    """Removes expired documents; how many."""
    return len(await connection.execute(EXPIRED, {"now": micros(now)}))


async def forget(connection: Connection, task_id: int) -> None:
    """Removes all documents that name the task."""
    for kind, key in await connection.execute(NAMING, {"id": task_id}):
        await connection.execute(REMOVE, {"kind": kind, "key": key})


def as_document(row: Row) -> Document:
    """The document of a row with `DOCUMENT`."""
    kind, key, data, expires_at, tasks = row
    ids = tuple(from_json(tasks)) if tasks else ()
    return Document(
        kind, key, from_json(data), expires_at=None if expires_at is None else time(expires_at), tasks=ids
    )
