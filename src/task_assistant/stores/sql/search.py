"""Full-text search in lists: newest first, or another sort of the newest hits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    and_,
    bindparam,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.task import Task
from task_assistant.ports.queries import SEARCH_SORTED, Query
from task_assistant.stores.sql import search_index
from task_assistant.stores.sql.filters import Condition, calm, conditions, named
from task_assistant.stores.sql.matching import matching
from task_assistant.stores.sql.orders import DAY, ORDERS
from task_assistant.stores.sql.reading import astray, get_many
from task_assistant.stores.sql.sources import sources
from task_assistant.stores.sql.statements import Among, Connection, Row, Statement
from task_assistant.stores.sql.tables import tasks

FAR = 2**63 - 1
HITS = table("search")


class _Place(ColumnElement[int]):
    """The number of a row of the search index."""

    inherit_cache = False
    type = BigInteger()


class _Matches(ColumnElement[bool]):
    """A row of the search index has all the words of the parameter `match`."""

    inherit_cache = False


@compiles(_Place, "sqlite")
def _place_sqlite(*_: Any, **__: Any) -> str:
    return "search.rowid"


@compiles(_Place)
def _place_elsewhere(*_: Any, **__: Any) -> str:
    return "search.search_id"


@compiles(_Matches, "sqlite")
def _matches_sqlite(_: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    return f"search MATCH {compiler.process(bindparam('match', type_=Text), **kw)}"


@compiles(_Matches)
def _matches_elsewhere(_: _Matches, compiler: SQLCompiler, **kw: Any) -> str:
    return f"search.words @@ CAST({compiler.process(bindparam('match', type_=Text), **kw)} AS tsquery)"


PLACE_OF_HIT, MATCHES = _Place(), _Matches()
JOINED = HITS.join(tasks, tasks.c.search_id == PLACE_OF_HIT)
IS_HIT = Statement(select(tasks.c.id).select_from(JOINED).where(MATCHES, tasks.c.id == named("id")))
PLACE = Statement(select(tasks.c.search_id).where(tasks.c.id == named("id")))


async def search(connection: Connection, query: Query) -> list[Task]:
    """The hits of the window; without a word in the text there is none."""
    expression = search_index.match(connection, query.text or "")
    if expression is None:
        return []
    wanted = query.offset + query.limit
    if query.sort is not None:
        newest = await _newest(connection, query, expression, SEARCH_SORTED, FAR)
        return await _sorted(connection, query, newest)
    before = FAR if query.after is None else await _place(connection, abs(query.after[-1]))
    ids = (await _newest(connection, query, expression, wanted, before))[query.offset :]
    return list((await get_many(connection, ids)).values())


async def _place(connection: Connection, task_id: int) -> int:
    """Where in the index the task lies after which a page begins."""
    rows = await connection.execute(PLACE, {"id": task_id})
    return rows[0][0] if rows else FAR


async def _newest(connection: Connection, query: Query, expression: str, n: int, before: int) -> list[int]:
    """The ids of the newest hits that the query sees, at most `n`, before this place in the index."""
    if query.sight.task_id is not None:
        return await _one(connection, query, expression, query.sight.task_id)
    strays = {task.id: task for task in await astray(connection, micros(query.now))}
    seen = {task.id for task in await matching(connection, query, list(strays.values()))}
    found: list[int] = []
    while len(found) < n:
        rows = await _hits(connection, query, expression, n, before, bool(strays))
        found += [row[0] for row in rows if row[0] not in strays or row[0] in seen]
        if len(rows) < n:
            break
        before = rows[-1][1]
    return found[:n]


async def _hits(
    connection: Connection, query: Query, expression: str, n: int, before: int, strays: bool
) -> list[Row]:
    found = sources(query)
    params = {"match": expression, "before": before, "n": n, "now": micros(query.now)}
    for i, source in enumerate(found):
        params |= source.filters.params(connection, micros(query.now))
        params[f"shelves{i}"] = connection.many(sorted(source.shelves))
    return await connection.execute(_stream(tuple(source.filters.names for source in found), strays), params)


@lru_cache(512)
def _stream(shapes: tuple[tuple[str, ...], ...], strays: bool) -> Statement:
    """Hits backwards in time; where rows are astray, those too, for the caller to judge."""
    visible: Condition = or_(
        *(and_(Among(tasks.c.shelf, f"shelves{i}"), *conditions(names)) for i, names in enumerate(shapes))
    )
    allowed = or_(and_(calm(), visible), not_(calm())) if strays else visible
    found = select(tasks.c.id, PLACE_OF_HIT).select_from(JOINED)
    found = found.where(MATCHES, named("before") > PLACE_OF_HIT, allowed)
    return Statement(found.order_by(PLACE_OF_HIT.desc()).limit(named("n")).offset(literal_column("0")))


async def _one(connection: Connection, query: Query, expression: str, task_id: int) -> list[int]:
    rows = await connection.execute(IS_HIT, {"match": expression, "id": task_id})
    found = await get_many(connection, [row[0] for row in rows])
    return [task.id for task in await matching(connection, query, list(found.values()))]


async def _sorted(connection: Connection, query: Query, ids: Sequence[int]) -> list[Task]:
    sort, now = query.sort or Sort.SMART, micros(query.now)
    strays = {task.id: task for task in await astray(connection, now)}
    params = {"ids": connection.many([i for i in ids if i not in strays]), "now": now, "soon": now + DAY}
    keys: list[Key] = list(await connection.execute(_keys(sort), params))
    keys += [key(strays[i], sort, query.now) for i in ids if i in strays]
    page = sorted(k for k in keys if query.after is None or k > query.after)
    chosen = [abs(k[-1]) for k in page[query.offset : query.offset + query.limit]]
    return list((await get_many(connection, chosen)).values())


@lru_cache(16)
def _keys(sort: Sort) -> Statement:
    labelled = [part.label(f"k{i}") for i, part in enumerate(ORDERS[sort].key)]
    return Statement(select(*labelled).where(Among(tasks.c.id, "ids")))
