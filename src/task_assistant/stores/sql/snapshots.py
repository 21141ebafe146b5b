"""Everything in the order of its places, page by page: what `ports.moving.Snapshot` reads inside one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable

from sqlalchemy import Text, bindparam, func, select, tuple_

from task_assistant.domain.records import Record
from task_assistant.ports.moving import Filed, Item, Kept, Part, Place
from task_assistant.stores.sql import history
from task_assistant.stores.sql.contents import from_json
from task_assistant.stores.sql.documents import DOCUMENT, as_document
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.rows import COLUMNS, time, to_task
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import documents, events, records, tasks, workers

T, W, R = tasks.c, workers.c, records.c
KIND, KEY = documents.c.kind, documents.c.key
TASKS = Statement(
    select(T.written_at, T.purged, T.external_digest, *(T[name] for name in COLUMNS))
    .where(T.id > named("after"))
    .order_by(T.id)
    .limit(named("n"))
    .offset(0)
)
WORKERS = Statement(select(W.task_id, W.agent).where(W.task_id > named("after"), W.task_id <= named("last")))
ENTRIES = Statement(
    select(R.task_id, R.kind, R.n, R.data, R.text)
    .where(
        tuple_(R.task_id, R.kind, R.n)
        > tuple_(named("task_id"), bindparam("kind", type_=Text), named("number"))
    )
    .order_by(R.task_id, R.kind, R.n)
    .limit(named("n"))
    .offset(0)
)
DOCUMENTS = Statement(
    select(*DOCUMENT)
    .where(tuple_(KIND, KEY) > tuple_(bindparam("kind", type_=Text), bindparam("key", type_=Text)))
    .order_by(KIND, KEY)
    .limit(named("n"))
    .offset(0)
)
COUNTS: dict[Part, Statement] = {
    "task": Statement(select(func.count()).select_from(tasks)),
    "entry": Statement(select(func.count()).select_from(records)),
    "event": Statement(select(func.count()).select_from(events)),
    "document": Statement(select(func.count()).select_from(documents)),
}


async def _tasks(connection: Connection, after: Place, limit: int) -> list[Item]:
    rows = await connection.execute(TASKS, {"after": after[0], "n": limit})
    if not rows:
        return []
    held: defaultdict[int, list[str]] = defaultdict(list)
    span = {"after": after[0], "last": rows[-1][3]}
    for task_id, agent in await connection.execute(WORKERS, span):
        held[task_id].append(agent)
    return [
        Kept(to_task(tuple(row)), time(written_at), tuple(sorted(held[row[0]])), digest if purged else None)
        for written_at, purged, digest, *row in rows
    ]


async def _entries(connection: Connection, after: Place, limit: int) -> list[Item]:
    task_id, kind, n = after
    place = {"task_id": task_id, "kind": kind, "number": n, "n": limit}
    rows = await connection.execute(ENTRIES, place)
    return [Filed(task_id, Record(kind, n, from_json(data), text)) for task_id, kind, n, data, text in rows]


async def _events(connection: Connection, after: Place, limit: int) -> list[Item]:
    return [*await history.feed(connection, after[0], limit)]


async def _documents(connection: Connection, after: Place, limit: int) -> list[Item]:
    kind, key = after
    rows = await connection.execute(DOCUMENTS, {"kind": kind, "key": key, "n": limit})
    return [as_document(row) for row in rows]


Read = Callable[[Connection, Place, int], Awaitable[list[Item]]]
PARTS: dict[Part, tuple[Place, Read]] = {
    "task": ((0,), _tasks),
    "entry": ((0, "", 0), _entries),
    "event": ((0,), _events),
    "document": (("", ""), _documents),
}


class SqlSnapshot:
    """`ports.moving.Snapshot` on a connection whose transaction sees one state."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def count(self, part: Part) -> int:
        """See the port."""
        return int((await self._connection.execute(COUNTS[part]))[0][0])

    async def read(self, part: Part, after: Place | None, limit: int) -> list[Item]:
        """See the port."""
        beginning, read = PARTS[part]
        return await read(self._connection, after or beginning, limit)
