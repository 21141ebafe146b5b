"""Lists: the rows that a query sees, in the order of its sort, at any time."""

from __future__ import annotations

from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Query
from task_assistant.stores.sql.matching import matching
from task_assistant.stores.sql.ranges import STOCK, Moment, Window, top
from task_assistant.stores.sql.reading import astray, get, get_many
from task_assistant.stores.sql.search import search
from task_assistant.stores.sql.sources import sources
from task_assistant.stores.sql.statements import Connection


async def find(connection: Connection, query: Query) -> list[Task]:
    """The tasks of the window."""
    if query.limit <= 0:
        return []
    if query.text is not None:
        return await search(connection, query)
    sort = query.sort or Sort.SMART
    if query.sight.task_id is not None:
        task = await get(connection, query.sight.task_id)
        return _cut(query, await _keyed(connection, query, sort, [] if task is None else [task]))
    strays = await astray(connection, micros(query.now))
    apart = await _keyed(connection, query, sort, strays)
    moment = Moment(micros(query.now), await connection.recall(STOCK), bool(strays))
    window = Window(sort, query.offset + query.limit, query.after)
    keys = set(apart)
    for source in sources(query):
        keys.update(await top(connection, source, window, moment))
    chosen = sorted(keys)[query.offset : query.offset + query.limit]
    tasks_by_id = await get_many(connection, [abs(k[-1]) for k in chosen if k not in apart])
    return [apart.get(k) or tasks_by_id[abs(k[-1])] for k in chosen]


async def _keyed(connection: Connection, query: Query, sort: Sort, candidates: list[Task]) -> dict[Key, Task]:
    """Those of the candidates that the query sees, by their keys, beyond where the page begins."""
    if not candidates:
        return {}
    found = {key(task, sort, query.now): task for task in await matching(connection, query, candidates)}
    return found if query.after is None else {k: task for k, task in found.items() if k > query.after}


def _cut(query: Query, found: dict[Key, Task]) -> list[Task]:
    return [found[k] for k in sorted(found)][query.offset : query.offset + query.limit]
