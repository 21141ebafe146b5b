"""Counts of the whole board by count(), and the times between which they hold, each from the end of an index."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from task_assistant.domain.ordering import micros
from task_assistant.domain.task import Lane
from task_assistant.ports.store import Tally, TimeBand
from task_assistant.stores.firestore import lists
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, Stored, of_row, time
from task_assistant.stores.firestore.ranges import DAY

EARLIEST = micros(datetime.min.replace(tzinfo=UTC))
BY_DUE = (("due_at", False),)
COUNTED = (*(lane.value for lane in Lane), lists.UNASSIGNED, lists.HELD)


async def tally(gateway: Gateway, now: datetime, *, private: bool) -> Tally:
    """The counts at `now`: each scope is counted, and rows astray are moved to where they belong by now."""
    sight, at = lists.sights(private), micros(now)

    async def count(scope: str, *due: tuple[str, str, int]) -> int:
        where = (("broad", "array_contains", lists.named(sight, scope)), *due)
        return await gateway.count(Ask(TASKS, where, BY_DUE))

    wakes = Ask(TASKS, (("wakes_at", "<=", at),), (("wakes_at", False),))
    counting = asyncio.gather(
        count(lists.ACTIVE, ("due_at", "<=", at)),
        count(lists.ACTIVE, ("due_at", ">", at), ("due_at", "<=", at + DAY)),
        *map(count, COUNTED),
    )
    strays, (overdue, soon, *counted) = await asyncio.gather(gateway.query(wakes), counting)
    n = Counter(dict(zip(COUNTED, counted, strict=True)))
    _move(n, map(of_row, strays), now, sight)
    return Tally(
        active=sum(n[lane.value] for lane in Lane), overdue=overdue, due_soon=soon, unassigned=n[lists.UNASSIGNED],
        working=n[lists.HELD], lanes={lane: n[lane.value] for lane in Lane},
    )  # fmt: skip


def _move(n: Counter[str], strays: Iterable[Stored], now: datetime, sight: str) -> None:
    """Takes each row from the scopes in which it was written to those in which it is now."""
    for stored in strays:
        for at, step in ((stored.written_at, -1), (now, 1)):
            there = lists.broad_lists(stored.task, at)
            n.update({scope: step for scope in COUNTED if lists.named(sight, scope) in there})


async def time_band(gateway: Gateway, now: datetime) -> TimeBand:
    """The times around `now` at which bands or lanes change by themselves: eight reads."""
    at = micros(now)
    places = (("deferral_ends_at", 0), ("lease_ends_at", 0), ("live_due_at", 0), ("live_due_at", DAY))
    edges = await asyncio.gather(
        *(_edge(gateway, name, at + ahead, last) for name, ahead in places for last in (True, False))
    )
    aheads = [ahead for _, ahead in places for _ in range(2)]
    found = [None if edge is None else edge - ahead for edge, ahead in zip(edges, aheads, strict=True)]
    last = max((edge for edge in found[::2] if edge is not None and edge >= EARLIEST), default=None)
    following = min((edge for edge in found[1::2] if edge is not None), default=None)
    return TimeBand(None if last is None else time(last), None if following is None else time(following))


async def _edge(gateway: Gateway, name: str, at: int, last: bool) -> int | None:
    """The last of these times at or before `at`, or the first one after it."""
    ask = Ask(TASKS, ((name, "<=" if last else ">", at),), ((name, last),), 1, fields=(name,))
    rows = await gateway.query(ask)
    return rows[0].fields[name] if rows else None
