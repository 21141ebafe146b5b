"""Shelves: all tasks that any list treats alike stand on one shelf, a small number fixed when the row is written.

A shelf is status, lane, owner, privacy, whether it is held, and whether it is for one named agent. Filters and sight
map to sets of shelves, so that a list reads a few index ranges and a count adds up a few numbers.
The number is right from the time at which the row last changed by itself until the time at which it does so next
(`woke_at <= now < wakes_at`). At any other time the row is *astray*: such rows are few, read apart, and judged anew.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from task_assistant.domain.lanes import lane
from task_assistant.domain.task import CLOSED, Lane, Owner, Status, Task
from task_assistant.ports.queries import Query


class Shelf(NamedTuple):
    """What the tasks of a shelf have in common; `named` = one agent alone may claim them."""

    status: Status
    lane: Lane | None
    assignee: Owner
    private: bool
    held: bool
    named: bool


# The place in this list is the number in the database: the order never changes (tests pin it).
SHELVES = [Shelf(*parts) for parts in product(Status, (None, *Lane), Owner, *[(False, True)] * 3)]
NUMBERS = {shelf: number for number, shelf in enumerate(SHELVES)}


def shelf_of(task: Task, now: datetime) -> int | None:
    """The number of the task's shelf; None for a deleted task, which is in no list."""
    if task.deleted_at is not None:
        return None
    named = task.agent is not None
    return NUMBERS[Shelf(task.status, lane(task, now), task.assignee, task.private, task.held(now), named)]


def woke_at(task: Task, now: datetime) -> datetime | None:
    """The last time at or before `now` at which lane or claim of an active task changed by themselves."""
    if not task.active:
        return None
    ends = (task.claim.expires_at if task.claim else None, task.deferred_until)
    return max((at for at in ends if at is not None and at <= now), default=None)


class Reach(NamedTuple):
    """The shelves of a query: `known` by lane or role, `worked` only for who has worked on the task."""

    known: frozenset[int]
    worked: frozenset[int]


def reach(query: Query) -> Reach:
    """The shelves on which the query may find tasks, before origins, labels, due times and who made them."""
    sight = query.sight
    fits = _fitting(query.statuses, query.lanes, query.assignee, query.include_closed, sight.private)
    known = fits if sight.lanes is None or sight.creator is not None else _in_lanes(fits, sight.lanes)
    limited = sight.labels or sight.origins
    worked = frozenset() if sight.worker is None else fits if limited else fits - known
    return Reach(known, worked)


@lru_cache(512)
def _fitting(
    statuses: frozenset[Status], lanes: frozenset[Lane], assignee: Owner | None, closed: bool, private: bool
) -> frozenset[int]:
    return frozenset(
        number
        for number, shelf in enumerate(SHELVES)
        if (shelf.status in statuses if statuses else closed or shelf.status not in CLOSED)
        and (not lanes or shelf.lane in lanes)
        and (assignee is None or shelf.assignee is assignee)
        and (private or not shelf.private)
    )


@lru_cache(512)
def _in_lanes(numbers: frozenset[int], lanes: frozenset[Lane]) -> frozenset[int]:
    return frozenset(number for number in numbers if SHELVES[number].lane in lanes)


@lru_cache(8)
def claimable(private: bool, named: bool) -> frozenset[int]:
    """The shelves from which tasks are handed out, for any agent or for the one that is named."""
    return frozenset(
        number
        for number, shelf in enumerate(SHELVES)
        if shelf.lane is Lane.AGENT
        and not shelf.held
        and shelf.named is named
        and (private or not shelf.private)
    )
