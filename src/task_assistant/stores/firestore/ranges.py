"""The sorts as index ranges: a query for each list, due band and handful of base scores, merged in key order."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.ranking import BAND_POINTS, SOON, DueBand
from task_assistant.stores.firestore import lists, numbers
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, Stored
from task_assistant.stores.firestore.plans import Source
from task_assistant.stores.firestore.stock import Stock
from task_assistant.stores.firestore.streams import Asked, Need, Stream, chained, merged

AT_ONCE: Final = 30  # alternatives that Firestore takes in one query
LISTS_AT_ONCE: Final = 6
DAY: Final = SOON // SOON.resolution
Value = TypeVar("Value")
Found = AsyncIterator[tuple[Key, Stored]]
Condition = tuple[str, str, object]  # field, how, value

# How each sort lies in its index, before the id: field and whether backwards.
ORDERS: dict[Sort, tuple[tuple[str, bool], ...]] = {
    Sort.SMART: (("base", True), ("due_at", False)),
    Sort.DUE: (("due_at", False),),
    Sort.CREATED: (("created_at", True),),
    Sort.UPDATED: (("updated_at", True),),
    Sort.PRIORITY: (("priority", False), ("due_at", False)),
    Sort.OWNER: (("owner", False), ("due_at", False)),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of the lists are wanted, in which order, beyond which key; `page` rows are read of a query first."""

    now: datetime
    sort: Sort
    page: int
    need: Need
    due: DueBand | None = None
    after: Key | None = None


def walk(gateway: Gateway, stock: Stock, source: Source, window: Window) -> Found:
    """The rows of the source in the order of the sort."""
    if window.sort is not Sort.SMART:
        return merged(_plain(gateway, source.broad, window))
    field, names = ("narrow", source.narrow) if source.narrow else ("broad", source.broad)
    active = [name for name in names if not lists.of_closed(name)]
    closed = [name for name in names if lists.of_closed(name)]
    groups = zip(stock.groups(), (active, active, closed), strict=True)
    return chained(_smart(gateway, bases, field, some, window) for bases, some in groups)


def offered(gateway: Gateway, stock: Stock, names: Sequence[str], window: Window) -> Found:
    """The rows of lists of claimable tasks, in smart order.

    No such task is held, waiting or closed, so base scores of those are left alone.
    """
    bases, *_ = stock.groups()
    return merged(_smart(gateway, bases, "offered", names, window))


def _key_of(window: Window, stored: Stored) -> Key:
    return key(stored.task, window.sort, window.now)


def _stream(gateway: Gateway, ask: Ask, window: Window) -> Stream:
    return Asked(gateway, ask, window.page, window.need, lambda stored: _key_of(window, stored))


def _plain(gateway: Gateway, names: Sequence[str], window: Window) -> list[Stream]:
    due = _within(window.due, window.now) if window.sort is Sort.DUE else ()
    after = None if window.after is None else _position(window.sort, window.after)
    return [
        _stream(gateway, Ask(TASKS, (_among("broad", some), *due), ORDERS[window.sort], after=after), window)
        for some in _split(names, AT_ONCE)
    ]


def _smart(
    gateway: Gateway, bases: Sequence[int], field: str, names: Sequence[str], window: Window
) -> list[Stream]:
    streams = []
    for some in _split(names, LISTS_AT_ONCE):
        for values in _split(bases, AT_ONCE // len(some)):
            streams += [
                _band(gateway, _among(field, some), values, band, window)
                for band in ((window.due,) if window.due is not None else DueBand)
            ]
    return [stream for stream in streams if stream is not None]


def _band(
    gateway: Gateway, among: Condition, bases: Sequence[int], band: DueBand, window: Window
) -> Stream | None:
    after, left = None, bases
    if window.after is not None:
        rank, due_at, task_id = window.after
        last = -rank - BAND_POINTS[band]
        left = [base for base in bases if base <= last]
        after = (last, due_at, numbers.key(task_id))
    if not left:
        return None
    where = (among, _equal("base", left), *_within(band, window.now))
    return _stream(gateway, Ask(TASKS, where, ORDERS[Sort.SMART], after=after), window)


def _within(band: DueBand | None, now: datetime) -> tuple[tuple[str, str, int], ...]:
    at = micros(now)
    if band is None:
        return ()
    return {
        DueBand.OVERDUE: (("due_at", "<=", at),),
        DueBand.SOON: (("due_at", ">", at), ("due_at", "<=", at + DAY)),
        DueBand.LATER: (("due_at", ">", at + DAY),),
    }[band]


def _among(name: str, values: Sequence[str]) -> Condition:
    if len(values) == 1:
        return name, "array_contains", values[0]
    return name, "array_contains_any", list(values)


def _equal(name: str, values: Sequence[int]) -> Condition:
    return (name, "==", values[0]) if len(values) == 1 else (name, "in", list(values))


def _split(values: Sequence[Value], size: int) -> list[Sequence[Value]]:
    return [values[start : start + size] for start in range(0, len(values), size)]


def _position(sort: Sort, after: Key) -> tuple[int | str, ...]:
    """A key as the values of the sort's index."""
    *values, task_id = after
    signs = [-1 if descending else 1 for _, descending in ORDERS[sort]]
    return (*(sign * value for sign, value in zip(signs, values, strict=True)), numbers.key(abs(task_id)))
