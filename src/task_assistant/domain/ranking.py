"""Smart rank: one table of factors, each with points and a sentence. `score` is pure and explains itself.

`now` enters only through the due bands and through lane and lease (which change by themselves only at times
that a store
knows); all other factors are fixed when the task is written. That lets a store return the top of any board from a few
index ranges. Age works through the estimated due date, so nothing starves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from task_assistant.domain.lanes import deferred, lane
from task_assistant.domain.task import Lane, Task

SOON = timedelta(hours=24)
UNBLOCKS_COUNTED = 3


class DueBand(StrEnum):
    """How near the due time is; the only way in which a running clock changes the rank."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


BAND_POINTS = {DueBand.OVERDUE: 70, DueBand.SOON: 40, DueBand.LATER: 0}
PRIORITY_POINTS = {1: 100, 2: 75, 3: 50, 4: 25, 5: 0}


@dataclass(frozen=True, slots=True)
class Reason:
    """One factor that counted: its points and why, in a sentence without a running clock."""

    factor: str
    points: int
    why: str


class Standing(NamedTuple):
    """All that the rank looks at: a task at a time, in a few small values. Equal standings have equal reasons."""

    priority: int
    band: DueBand
    estimated: bool
    sent_back: bool
    answered: bool
    unblocks: int
    held: bool
    deferred: bool
    open_dependencies: int
    waiting: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of the table: points (0 = does not count) and the sentence for a standing."""

    name: str
    points: Callable[[Standing], int]
    why: Callable[[Standing], str]


def due_band(due_at: datetime, now: datetime) -> DueBand:
    """Overdue at the due time itself, `soon` in the 24 h before it (the same bounds as the summary's counts)."""
    if due_at <= now:
        return DueBand.OVERDUE
    return DueBand.SOON if due_at - now <= SOON else DueBand.LATER


def standing(task: Task, now: datetime) -> Standing:
    """Where the task stands at this time."""
    question, active = task.question, task.active
    return Standing(
        priority=task.priority,
        band=due_band(task.due_at, now),
        estimated=task.due_is_estimated,
        sent_back=task.sent_back,
        answered=active and question is not None and question.answer is not None,
        unblocks=task.unblocks,
        held=active and task.held(now),
        deferred=deferred(task, now),
        open_dependencies=task.open_dependencies,
        waiting=lane(task, now) is Lane.WAITING,
        active=active,
    )


def _due_why(it: Standing) -> str:
    when = "Overdue" if it.band is DueBand.OVERDUE else "Due within 24 hours"
    return f"{when}, by an estimate from its priority" if it.estimated else when


def _waiting_why(it: Standing) -> str:
    if it.deferred:
        return "Deferred to a later date"
    count = it.open_dependencies
    return "Waits for an unfinished task" if count == 1 else f"Waits for {count} unfinished tasks"


def _unblocks_why(it: Standing) -> str:
    return "Another task waits for it" if it.unblocks == 1 else f"{it.unblocks} tasks wait for it"


# Held and waiting tasks rank last, closed ones behind them: more points than all the others together.
FACTORS = (
    Factor("priority", lambda it: PRIORITY_POINTS[it.priority], lambda it: f"Priority {it.priority}"),
    Factor("due", lambda it: BAND_POINTS[it.band], _due_why),
    Factor("sent_back", lambda it: 30 if it.sent_back else 0, lambda _: "Sent back with feedback"),
    Factor("answered", lambda it: 20 if it.answered else 0, lambda _: "Its question was answered"),
    Factor("unblocks", lambda it: 10 * min(it.unblocks, UNBLOCKS_COUNTED), _unblocks_why),
    Factor("held", lambda it: -1000 if it.held else 0, lambda _: "An agent is working on it"),
    Factor("waiting", lambda it: -1000 if it.waiting else 0, _waiting_why),
    Factor("closed", lambda it: 0 if it.active else -4000, lambda _: "Closed"),
)


def score(task: Task, now: datetime) -> int:
    """The points of all factors; a higher score comes first."""
    return _judged(standing(task, now))[0]


def base_score(task: Task, now: datetime) -> int:
    """The score without the due band: what a store may keep until the task is written or changes by itself."""
    here = standing(task, now)
    return _judged(here)[0] - BAND_POINTS[here.band]


def reasons(task: Task, now: datetime) -> tuple[Reason, ...]:
    """The factors that counted, in the table's order; priority is always among them."""
    return _judged(standing(task, now))[1]


@lru_cache(4096)  # standings repeat: a board has a few hundred different ones
def _judged(it: Standing) -> tuple[int, tuple[Reason, ...]]:
    counted = [(factor, factor.points(it)) for factor in FACTORS]
    told = (Reason(f.name, points, f.why(it)) for f, points in counted if points or f.name == "priority")
    return sum(points for _, points in counted), tuple(told)
