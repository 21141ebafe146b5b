"""Lists and search: the window that a query names, read no further than it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.search import finds, words
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sees
from task_assistant.ports.queries import SEARCH_SORTED, Query
from task_assistant.stores.firestore import numbers
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, WORD_LENGTH, Stored, of_row
from task_assistant.stores.firestore.plans import Source, sources
from task_assistant.stores.firestore.ranges import ORDERS, Found, Window, _among, walk
from task_assistant.stores.firestore.stock import Stock
from task_assistant.stores.firestore.streams import Asked, Known, Need, Stream, merged, woven

LEAST: Final = 4  # rows to read of a query at first
SHARED: Final = 3  # queries, one a due band, that share in a window
GATHERED: Final = 500  # a narrowing that leaves no more rows than this is read whole and sorted here
LOOKED_THROUGH: Final = 2_000  # tasks that one search reads before it ends with what it has found
NEWEST: Final = (("created_at", True),)


@dataclass(slots=True)
class Finding:
    """Reads lists of one database."""

    gateway: Gateway
    stock: Stock

    async def find(self, query: Query) -> list[Stored]:
        """The rows of the window."""
        if query.limit <= 0:
            return []
        if query.text is not None:
            return await self._search(query, query.text)
        if query.sight.task_id is not None:
            row = await self.gateway.get(TASKS, numbers.key(query.sight.task_id))
            return _cut(query, [] if row is None else [of_row(row)])
        strays = await self.astray(query)
        sort = query.sort or Sort.SMART
        apart = [(key(s.task, sort, query.now), s) for s in strays if _shown(query, s)]
        apart = [each for each in apart if query.after is None or each[0] > query.after]
        need = Need(query.offset + query.limit)
        calm = await self._calm(query, sort, need)
        found: list[Stored] = []
        async for _, stored in woven(calm, apart, frozenset(s.task.id for s in strays)):
            if _shown(query, stored):
                found.append(stored)
                need.left -= 1
            if need.left <= 0:
                break
        return found[query.offset :]

    async def _calm(self, query: Query, sort: Sort, need: Need) -> Found:
        """The rows of all sources in key order, as far as their lists are right."""
        plan = sources(query)
        page = max(LEAST, -(-need.left // SHARED)) if sort is Sort.SMART else need.left
        window = Window(query.now, sort, page, need, query.due, query.after)
        streams: list[Stream] = []
        for source in plan:
            gathered = await self._gathered(source, query, sort)
            streams.append(gathered or Walked(walk(self.gateway, self.stock, source, window), []))
        return merged(streams)

    async def _gathered(self, source: Source, query: Query, sort: Sort) -> Stream | None:
        """All rows of a narrowing that leaves few, for a sort whose index does not know it."""
        if sort is Sort.SMART or not source.narrow:
            return None
        ask = Ask(TASKS, (_among("narrow", source.narrow),), ORDERS[Sort.SMART], GATHERED + 1)
        if await self.gateway.count(ask) > GATHERED:
            return None
        rows = [of_row(row) for row in await self.gateway.query(ask)]
        keyed = [(key(row.task, sort, query.now), row) for row in rows]
        return Known(
            sorted((each for each in keyed if query.after is None or each[0] > query.after), key=_first)
        )

    async def astray(self, query: Query) -> list[Stored]:
        """Rows whose lane or hold has changed by itself since they were written, or had not yet at an older `now`."""
        now = micros(query.now)
        rows = await self.gateway.query(Ask(TASKS, (("wakes_at", "<=", now),), (("wakes_at", False),)))
        if query.after is not None:  # only pages go on at a time gone by
            earlier = Ask(TASKS, (("woke_at", ">", now),), (("woke_at", False),))
            rows += await self.gateway.query(earlier)
        return list({row.key: of_row(row) for row in rows}.values())

    # -- search --------------------------------------------------------------------------------------------------------

    async def _search(self, query: Query, text: str) -> list[Stored]:
        """Hits newest first, or the sort applied to the newest of them."""
        sought = words(text)
        if not sought:
            return []
        if query.sort is None:
            hits = await self._hits(query, text, sought, query.offset + query.limit)
            return hits[query.offset :]
        newest = await self._hits(query, text, sought, SEARCH_SORTED)
        return _cut(query, newest)

    async def _hits(self, query: Query, text: str, sought: list[str], n: int) -> list[Stored]:
        """The newest hits: looked up by the longest word, which is usually the rarest; the others are compared."""
        word = max(sought, key=len)[:WORD_LENGTH]
        after = None
        if query.after is not None and query.sort is None:
            after = (-query.after[0], numbers.key(abs(query.after[1])))
        ask = Ask(TASKS, (("words", "array_contains", word),), NEWEST, after=after)
        need = Need(n)
        stream = Asked(self.gateway, ask, n, need, lambda stored: key(stored.task, Sort.CREATED, query.now))
        found: list[Stored] = []
        looked = 0
        async for _, stored in merged([stream]):
            looked += 1
            if _shown(query, stored) and finds(text, stored.task):
                found.append(stored)
                need.left -= 1
            if need.left <= 0 or looked >= LOOKED_THROUGH:
                break
        return found


@dataclass(slots=True)
class Walked:
    """A walk as a stream of its own, one row at a time."""

    rows: Found
    buffer: list[tuple[Key, Stored]]
    ended: bool = False

    async def fill(self) -> None:
        """The next row."""
        if self.buffer or self.ended:
            return
        async for found in self.rows:
            self.buffer.append(found)
            return
        self.ended = True


def _first(each: tuple[Key, Stored]) -> Key:
    return each[0]


def _cut(query: Query, rows: list[Stored]) -> list[Stored]:
    sort = query.sort or (Sort.SMART if query.text is None else Sort.CREATED)
    keyed = [(key(row.task, sort, query.now), row) for row in rows if _shown(query, row)]
    left = sorted((each for each in keyed if query.after is None or each[0] > query.after), key=_first)
    return [row for _, row in left][query.offset : query.offset + query.limit]


def tasks(rows: list[Stored]) -> list[Task]:
    """Their tasks."""
    return [row.task for row in rows]


def _shown(query: Query, stored: Stored) -> bool:
    """Whether the query's filters and sight let the task through; its text is looked at apart."""
    sight = query.sight
    return query.fits(stored.task) and sees(
        sight, stored.task, query.now, worked_on=sight.worker in stored.workers
    )
