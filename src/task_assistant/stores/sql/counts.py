"""Counts of the whole board, and the times between which they hold, without reading the board."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, union_all

from task_assistant.domain.ordering import micros
from task_assistant.domain.task import Lane, Owner
from task_assistant.ports.store import Tally, TimeBand
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.ledger import HOUR
from task_assistant.stores.sql.orders import DAY
from task_assistant.stores.sql.reading import astray
from task_assistant.stores.sql.rows import time
from task_assistant.stores.sql.shelves import SHELVES, shelf_of
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import due_counts, shelf_counts, tasks

T, D = tasks.c, due_counts.c
EARLIEST = micros(datetime.min.replace(tzinfo=UTC))


def _due_until(t: str) -> ColumnElement[int]:
    """How many active tasks are due at time `t` at the latest: whole days, whole hours, and the rest by index."""
    privacies = (0, named("private"))
    whole = select(func.coalesce(func.sum(D.n), 0)).where(D.private.in_(privacies))
    days = whole.where(D.span == 24, D.start < named(f"{t}_day"))
    hours = whole.where(D.span == 1, D.start >= named(f"{t}_day") * 24, D.start < named(f"{t}_hour"))
    rest = select(func.count()).where(
        T.private.in_(privacies), T.live_due_at >= named(f"{t}_hour") * HOUR, T.live_due_at <= named(t)
    )
    return days.scalar_subquery() + hours.scalar_subquery() + rest.scalar_subquery()


ON_SHELVES = Statement(
    select(shelf_counts.c.shelf, func.sum(shelf_counts.c.n)).group_by(shelf_counts.c.shelf)
)
OFF_SHELVES = Statement(
    union_all(
        select(T.shelf).where(T.wakes_at <= named("now")),
        select(T.shelf).where(T.woke_at > named("now")),
    )
)
DUE = Statement(select(_due_until("now"), _due_until("soon")))


async def tally(connection: Connection, now: datetime, *, private: bool) -> Tally:
    """The counts at `now`."""
    shelves = await _stock(connection, now)
    active = Counter(
        {SHELVES[s]: n for s, n in shelves.items() if SHELVES[s].lane and private >= SHELVES[s].private}
    )
    until_now, until_soon = (await connection.execute(DUE, _times(micros(now)) | {"private": int(private)}))[
        0
    ]
    lanes = dict.fromkeys(Lane, 0)
    for shelf, n in active.items():
        if shelf.lane:
            lanes[shelf.lane] += n
    return Tally(
        active=active.total(),
        overdue=until_now,
        due_soon=until_soon - until_now,
        unassigned=sum(n for shelf, n in active.items() if shelf.assignee is Owner.UNASSIGNED),
        working=sum(n for shelf, n in active.items() if shelf.held),
        lanes=lanes,
    )


async def _stock(connection: Connection, now: datetime) -> Counter[int]:
    """How many tasks stand on each shelf at `now`, those astray counted where they belong."""
    stock: Counter[int] = Counter(dict(await connection.recall(ON_SHELVES)))
    if strays := await astray(connection, micros(now)):
        stock.subtract(row[0] for row in await connection.execute(OFF_SHELVES, {"now": micros(now)}))
        stock.update(shelf for shelf in (shelf_of(task, now) for task in strays) if shelf is not None)
    return stock


def _times(now: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, at in (("now", now), ("soon", now + DAY)):
        found |= {name: at, f"{name}_day": at // DAY, f"{name}_hour": at // HOUR}
    return found


def _edges(column: Any, t: str, *where: ColumnElement[bool]) -> list[ScalarSelect[Any]]:
    """The last of the times at or before `t`, and the first one after it."""
    last = select(func.max(column)).where(column <= named(t), *where)
    first = select(func.min(column)).where(column > named(t), *where)
    return [last.scalar_subquery(), first.scalar_subquery()]


BAND = Statement(
    select(
        *_edges(T.deferral_ends_at, "now"),
        *_edges(T.lease_ends_at, "now"),
        *(edge for privacy in (0, 1) for edge in _edges(T.live_due_at, "now", T.private == privacy)),
        *(edge for privacy in (0, 1) for edge in _edges(T.live_due_at, "soon", T.private == privacy)),
    )
)


async def time_band(connection: Connection, now: datetime) -> TimeBand:
    """The times around `now` at which bands or lanes change by themselves."""
    at = micros(now)
    found = (await connection.execute(BAND, {"now": at, "soon": at + DAY}))[0]
    edges = [None if edge is None else edge - (DAY if i >= 8 else 0) for i, edge in enumerate(found)]
    last = max((edge for edge in edges[::2] if edge is not None and edge >= EARLIEST), default=None)
    following = min((edge for edge in edges[1::2] if edge is not None), default=None)
    return TimeBand(None if last is None else time(last), None if following is None else time(following))
