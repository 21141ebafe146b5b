"""The first rows of a sort without reading the rest: by walking index ranges, or gathering where few are left."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, literal_column, select, tuple_

from task_assistant.domain.ordering import Key, Sort
from task_assistant.domain.ranking import DueBand
from task_assistant.stores.sql.filters import Filters, calm, conditions, few, gathered, named
from task_assistant.stores.sql.orders import DAY, ORDERS, Group, Order, bounds, runs
from task_assistant.stores.sql.statements import Among, Connection, Statement
from task_assistant.stores.sql.tables import shelf_counts, tasks

T = tasks.c
LEAST = 4  # rows to read of a range at once, if only to see whether there are more
GATHERED = 2_000  # a filter that leaves more rows than this is walked: then the next match is never far
_STOCK = select(shelf_counts.c.shelf, shelf_counts.c.base, shelf_counts.c.n)
STOCK = Statement(_STOCK)
STOCK_OF = Statement(_STOCK.where(Among(shelf_counts.c.shelf, "shelves")))


class Moment(NamedTuple):
    """A time, what stood on which shelf then, and whether any row is astray."""

    now: int
    stock: list[tuple[Any, ...]]
    astray: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of some shelves that pass some filters. `gathered` names the driver that is used without counting."""

    shelves: frozenset[int]
    filters: Filters
    gathered: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Which keys of a source are wanted: at most `limit` after `after` in this sort."""

    sort: Sort
    limit: int
    after: Key | None = None


async def top(connection: Connection, source: Source, window: Window, moment: Moment) -> list[Key]:
    """The first keys of a source in the window, sorted."""
    stock = tuple((shelf, base) for shelf, base, _ in moment.stock if shelf in source.shelves)
    if not stock:
        return []
    driver = source.gathered or await _driver(connection, source, window.sort, moment)
    if driver:
        return await _gather(connection, source, driver, window, moment)
    return await _walk(connection, source, stock, window, moment)


async def _driver(connection: Connection, source: Source, sort: Sort, moment: Moment) -> str | None:
    """The filter through which to gather, if there is one that leaves few of many."""
    names = _residual(source, sort)
    if not names or sum(n for shelf, _, n in moment.stock if shelf in source.shelves) <= GATHERED:
        return None
    params = source.filters.params(connection, moment.now) | {"cap": GATHERED + 1}
    params["shelves"] = connection.many(sorted(source.shelves))
    counted = [((await connection.execute(_few(name), params))[0][0], name) for name in names]
    n, name = min(counted)
    return name if n <= GATHERED else None


async def _gather(
    connection: Connection, source: Source, driver: str, window: Window, moment: Moment
) -> list[Key]:
    names = tuple(name for name in source.filters.names if name != driver)
    statement = _gathering(window.sort, driver, names, moment.astray, window.after is not None)
    params = source.filters.params(connection, moment.now) | _after(window.after or ())
    params |= {"now": moment.now, "soon": moment.now + DAY, "n": window.limit}
    params["shelves"] = connection.many(sorted(source.shelves))
    return await connection.execute(statement, params)


async def _walk(
    connection: Connection, source: Source, stock: tuple[tuple[int, int], ...], window: Window, moment: Moment
) -> list[Key]:
    ranges = Ranges(connection, source, window.sort, moment)
    found: list[Key] = []
    for prefix, groups in runs(window.sort, stock, source.filters.due):
        left = window.limit - len(found)
        if left == 0:
            break
        start = None if window.after is None else window.after[: len(prefix)]
        if start is None or prefix >= start:
            rest = window.after[len(prefix) :] if window.after is not None and prefix == start else None
            found += [prefix + key for key in await _merged(ranges, groups, rest, left)]
    return found


class Ranges:
    """Reads single ranges of one window."""

    def __init__(self, connection: Connection, source: Source, sort: Sort, moment: Moment) -> None:
        self._connection, self._sort, self._astray = connection, sort, moment.astray
        self._names = _residual(source, sort)
        self._bounds = {band: bounds(band, moment.now) for band in (None, *DueBand)}
        self._params = source.filters.params(connection, moment.now) | {"now": moment.now}
        self._first = _range(sort, self._names, moment.astray, False)

    async def read(self, group: Group, after: Key | None, n: int) -> list[Key]:
        """The first `n` keys of a group after a key, without their prefix."""
        params, statement = self._params, self._first
        params["shelf"], params["base"], params["n"] = group.shelf, group.base, n
        params["low"], params["high"] = self._bounds[group.band]
        if after is not None:
            params |= _resume(self._sort, after)
            statement = _range(self._sort, self._names, self._astray, True)
            if self._sort is Sort.SMART:
                params["low"] = max(params["low"], after[0] - 1)
        return await self._connection.execute(statement, params)


async def _merged(ranges: Ranges, groups: list[Group], after: Key | None, n: int) -> list[Key]:
    """The first keys of several groups together: a fair share of each, then more of those that were cut too short."""
    if len(groups) == 1:
        return await ranges.read(groups[0], after, n)
    share = max(LEAST, 2 * n // len(groups))
    found: list[Key] = []
    cut: dict[Key, Group] = {}  # by the last key that was read of the group

    async def read(group: Group, beyond: Key | None, some: int) -> None:
        keys = await ranges.read(group, beyond, some)
        found.extend(keys)
        if len(keys) == some:
            cut[keys[-1]] = group

    for group in groups:
        await read(group, after, min(n, share))
    found.sort()
    while cut and (len(found) < n or min(cut) < found[n - 1]):
        last = min(cut)
        missing = n - bisect_right(found, last)
        await read(cut.pop(last), last, min(missing, share))
        found.sort()
    return found[:n]


def _residual(source: Source, sort: Sort) -> tuple[str, ...]:
    """The filters that the ranges do not say by themselves: smart groups are due bands already."""
    return tuple(name for name in source.filters.names if not (name == "due" and sort is Sort.SMART))


def _after(key: Key) -> dict[str, int]:
    return {f"after{i}": part for i, part in enumerate(key)}


def _resume(sort: Sort, rest: Key) -> dict[str, int]:
    return _after(tuple(-part for part in rest) if ORDERS[sort].descending else rest)


@lru_cache(128)
def _few(driver: str) -> Statement:
    return Statement(few(driver))


@lru_cache(1024)
def _range(sort: Sort, names: tuple[str, ...], astray: bool, resume: bool) -> Statement:
    order = ORDERS[sort]
    inner = [-column for column in order.inner] if order.descending else order.inner
    by = [column.desc() for column in order.inner] if order.descending else order.inner
    where = [column == named(column.name) for column in order.fixed] + conditions(names)
    where += [calm()] if astray else []
    where += _between(order, resume) if sort is Sort.SMART else [_beyond(order)] if resume else []
    return Statement(select(*inner).where(*where).order_by(*by).limit(named("n")).offset(literal_column("0")))


def _between(order: Order, resume: bool) -> list[Any]:
    """The due times of a smart group. The row after which a page begins may be of another band with equal points."""
    return [T.due_at > named("low"), T.due_at <= named("high")] + ([_beyond(order)] if resume else [])


def _beyond(order: Order) -> Any:
    last = tuple_(*(named(f"after{i}") for i in range(len(order.inner))))
    here = tuple_(*order.inner)
    return here < last if order.descending else here > last


@lru_cache(1024)
def _gathering(sort: Sort, driver: str, names: tuple[str, ...], astray: bool, resume: bool) -> Statement:
    ids, key = gathered(driver).subquery(), ORDERS[sort].key
    labelled = [column.label(f"k{i}") for i, column in enumerate(key)]
    where = [ids.c.id == T.id, *conditions(names)] + ([calm()] if astray else [])
    if resume:
        where.append(tuple_(*key) > tuple_(*(named(f"after{i}") for i in range(len(key)))))
    chosen = select(*labelled).select_from(ids, tasks).where(and_(*where))
    return Statement(chosen.order_by(*labelled).limit(named("n")).offset(literal_column("0")))
