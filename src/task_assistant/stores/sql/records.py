"""A task's file: comments, questions, feedback, attempts, results and artifacts, numbered within their kind."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from sqlalchemy import bindparam, delete, select, text

from task_assistant.domain.records import Record, RecordKind
from task_assistant.stores.sql.contents import from_json
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import records

R = records.c
ONE = (R.task_id == named("id"), R.kind == bindparam("kind"), R.n == named("n"))
PUT = Statement(
    text(
        "INSERT INTO records (task_id, kind, n, data, text) VALUES (:id, :kind, :n, :data, :text) "
        "ON CONFLICT (task_id, kind, n) DO UPDATE SET data = excluded.data, text = excluded.text"
    )
)
REMOVE = Statement(delete(records).where(*ONE))
REMOVE_ALL = Statement(delete(records).where(R.task_id == named("id")))
READ = Statement(select(R.data, R.text).where(*ONE))
NEWEST = Statement(
    select(R.n, R.data)
    .where(R.task_id == named("id"), R.kind == bindparam("kind"))
    .order_by(R.n.desc())
    .limit(named("limit"))
    .offset(0)
)


async def put(connection: Connection, task_id: int, record: Record) -> None:
    """Writes, replaces or removes the record."""
    place = {"id": task_id, "kind": record.kind, "n": record.n}
    if record.data is None:
        await connection.execute(REMOVE, place)
    else:
        data = orjson.dumps(record.data).decode()
        await connection.execute(PUT, place | {"data": data, "text": record.text})


async def newest(
    connection: Connection, task_id: int, kinds: Sequence[RecordKind], limit: int
) -> list[Record]:
    """The newest of each kind, without text, kind by kind."""
    found: list[Record] = []
    for kind in dict.fromkeys(kinds):
        rows = await connection.execute(NEWEST, {"id": task_id, "kind": kind, "limit": limit})
        found += [Record(kind, n, from_json(data)) for n, data in rows]
    return found


async def read(connection: Connection, task_id: int, kind: RecordKind, n: int) -> Record | None:
    """One record with its text."""
    rows = await connection.execute(READ, {"id": task_id, "kind": kind, "n": n})
    return Record(kind, n, from_json(rows[0][0]), rows[0][1]) if rows else None


async def forget(connection: Connection, task_id: int) -> None:
    """Removes all records of a task."""
    await connection.execute(REMOVE_ALL, {"id": task_id})
