"""The sorts as index ranges. `domain.ordering` defines them; here is how rows give the same keys.

A sort reads *groups*: ranges of one index in which the first part of the key (`prefix`) is the same for every row; the
rest of the key is `inner`, in index order. Smart rank has a group for each shelf, base score and due band.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, literal

from task_assistant.domain.ordering import OWNERS, Key, Sort
from task_assistant.domain.ranking import BAND_POINTS, SOON, DueBand
from task_assistant.stores.sql.shelves import SHELVES
from task_assistant.stores.sql.tables import tasks

FAR = 2**62  # beyond every time and id
DAY = SOON // SOON.resolution  # in microseconds
T = tasks.c
Expression = ColumnElement[Any]


class Group(NamedTuple):
    """One range of an index; the base score matters to smart rank only, which has a band for each."""

    shelf: int
    base: int
    band: DueBand | None


@dataclass(frozen=True)
class Order:
    """How a sort lies in an index: columns that a group fixes, then `inner`, backwards if `descending`.

    `key` is the whole key as expressions, for rows that are gathered and then sorted.
    """

    fixed: tuple[Expression, ...]
    inner: tuple[Expression, ...]
    descending: bool
    key: tuple[Expression, ...]


def _order(
    *inner: Expression, base: bool = False, prefix: Expression | None = None, down: bool = False
) -> Order:
    key = tuple(-column for column in inner) if down else inner
    fixed = (T.shelf, T.base) if base else (T.shelf,)
    return Order(fixed, inner, down, key if prefix is None else (prefix, *key))


def _score() -> Expression:
    now, soon = (bindparam(name, type_=BigInteger) for name in ("now", "soon"))
    overdue, near, later = (
        literal(BAND_POINTS[band]) for band in (DueBand.OVERDUE, DueBand.SOON, DueBand.LATER)
    )
    return T.base + case((T.due_at <= now, overdue), (T.due_at <= soon, near), else_=later)


def _owner() -> Expression:
    return case(*((T.assignee == literal(owner.value), literal(i)) for i, owner in enumerate(OWNERS)))


ORDERS: dict[Sort, Order] = {
    Sort.SMART: _order(T.due_at, T.id, base=True, prefix=-_score()),
    Sort.DUE: _order(T.due_at, T.id),
    Sort.CREATED: _order(T.created_at, T.id, down=True),
    Sort.UPDATED: _order(T.updated_at, T.id, down=True),
    Sort.PRIORITY: _order(T.priority, T.due_at, T.id),
    Sort.OWNER: _order(T.due_at, T.id, prefix=_owner()),
}


def bounds(band: DueBand | None, now: int) -> tuple[int, int]:
    """The due times of a band: later than the first, at the second at the latest."""
    return {
        None: (-FAR, FAR),
        DueBand.OVERDUE: (-FAR, now),
        DueBand.SOON: (now, now + DAY),
        DueBand.LATER: (now + DAY, FAR),
    }[band]


@lru_cache(64)
def runs(
    sort: Sort, stock: tuple[tuple[int, int], ...], due: DueBand | None
) -> list[tuple[Key, list[Group]]]:
    """The groups of a sort in key order, those with the same prefix together; `stock` = shelves and bases there are."""
    if sort is Sort.SMART:
        found = _smart_groups(stock, tuple(DueBand) if due is None else (due,))
    else:
        found = [
            (_owners_prefix(sort, shelf), Group(shelf, 0, due)) for shelf in {shelf for shelf, _ in stock}
        ]
    by_prefix: dict[Key, list[Group]] = {}
    for prefix, group in found:
        by_prefix.setdefault(prefix, []).append(group)
    return sorted(by_prefix.items())


def _smart_groups(stock: Iterable[tuple[int, int]], bands: Iterable[DueBand]) -> list[tuple[Key, Group]]:
    return [
        ((-base - BAND_POINTS[band],), Group(shelf, base, band)) for shelf, base in stock for band in bands
    ]


def _owners_prefix(sort: Sort, shelf: int) -> Key:
    return (OWNERS.index(SHELVES[shelf].assignee),) if sort is Sort.OWNER else ()
