"""The lists that a task stands in, as names kept with it: one index over names serves every list.

A name is `sight:scope` or `sight:scope/narrowing`. Sight is `all`, or `open` for those who see no private tasks. A
scope is `active`, a lane, `closed`, or a status. What an agent may claim is listed apart, as `claimable` (or
`claimable@agent` for the one agent who may): claims are frequent, and that index is small. Lane and hold change by
themselves: names are right while `woke_at <= now < wakes_at` (see `layout`); rows outside of that are *astray*, read
apart and judged anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from task_assistant.domain.lanes import claimable, lane
from task_assistant.domain.task import CLOSED as CLOSED_STATUSES
from task_assistant.domain.task import Owner, Task

ALL, OPEN = "all", "open"
ACTIVE, CLOSED, CLAIMABLE = "active", "closed", "claimable"
HELD, UNASSIGNED, CLAIMED = "held", "unassigned", "claimed"


def sights(private: bool) -> str:
    """The sight that a reader's lists begin with."""
    return ALL if private else OPEN


def named(sight: str, scope: str, narrowing: str = "") -> str:
    """The name of a list."""
    return f"{sight}:{scope}/{narrowing}" if narrowing else f"{sight}:{scope}"


def status_scope(status: str) -> str:
    """The scope of all tasks with this status."""
    return f"status={status}"


def of_closed(name: str) -> bool:
    """Whether a list holds closed tasks only; each of the others holds active ones only."""
    scope = name.partition(":")[2].partition("/")[0]
    return scope in (CLOSED, *map(status_scope, CLOSED_STATUSES))


def narrow_lists(task: Task, workers: Iterable[str], now: datetime) -> list[str]:
    """The lists with a narrowing by which smart order finds the task; none for a deleted one."""
    return _for_sights(task, _narrow(task, workers, now))


def offered_lists(task: Task, now: datetime) -> list[str]:
    """The lists by which a claim finds the task; none while nobody may claim it."""
    return _for_sights(task, _offered(task, now))


def broad_lists(task: Task, now: datetime) -> list[str]:
    """The lists without narrowing, in which every sort and the counts look."""
    return _for_sights(task, _broad(task, now))


def _for_sights(task: Task, names: Iterator[tuple[str, str]]) -> list[str]:
    if task.deleted_at is not None:
        return []
    seen_by = (ALL,) if task.private else (ALL, OPEN)
    return [named(sight, scope, narrowing) for scope, narrowing in names for sight in seen_by]


def _few(task: Task) -> list[str]:
    """The narrowings that leave few tasks of many."""
    return [f"origin={task.origin}", *(f"label={label}" for label in dict.fromkeys(task.labels))]


def _narrow(task: Task, workers: Iterable[str], now: datetime) -> Iterator[tuple[str, str]]:
    few = _few(task)
    many = [
        *(f"owner={task.assignee}", f"priority={task.priority}", f"by={task.created_by}"),
        *(f"worker={worker}" for worker in workers),
    ]
    yield from ((ACTIVE if task.active else CLOSED, narrowing) for narrowing in (*few, *many))
    place = lane(task, now)
    if place is not None:
        yield from ((place.value, narrowing) for narrowing in few)


def _offered(task: Task, now: datetime) -> Iterator[tuple[str, str]]:
    if claimable(task, now) and task.agent is None:
        yield from ((CLAIMABLE, narrowing) for narrowing in ("", *_few(task)))
    elif claimable(task, now):
        yield f"{CLAIMABLE}@{task.agent}", ""


def _broad(task: Task, now: datetime) -> Iterator[tuple[str, str]]:
    yield status_scope(task.status), ""
    place = lane(task, now)
    if place is None:
        yield CLOSED, ""
        return
    yield ACTIVE, ""
    yield place.value, ""
    if task.assignee is Owner.UNASSIGNED:
        yield UNASSIGNED, ""
    if task.held(now):
        yield HELD, ""
    if task.claim is not None:
        yield CLAIMED, ""
        yield f"{CLAIMED}@{task.claim.agent}", ""
