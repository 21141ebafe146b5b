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


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of the table: points (0 = does not count) and the sentence for a task at a time."""

    name: str
    points: Callable[[Task, datetime], int]
    why: Callable[[Task, datetime], str]


def due_band(due_at: datetime, now: datetime) -> DueBand:
    """Overdue at the due time itself, `soon` in the 24 h before it (the same bounds as the summary's counts)."""
    if due_at <= now:
        return DueBand.OVERDUE
    return DueBand.SOON if due_at - now <= SOON else DueBand.LATER


def _due_points(task: Task, now: datetime) -> int:
    return BAND_POINTS[due_band(task.due_at, now)]


def _due_why(task: Task, now: datetime) -> str:
    when = "Overdue" if task.due_at <= now else "Due within 24 hours"
    return f"{when}, by an estimate from its priority" if task.due_is_estimated else when


def _waiting_why(task: Task, now: datetime) -> str:
    if deferred(task, now):
        return "Deferred to a later date"
    count = task.open_dependencies
    return "Waits for an unfinished task" if count == 1 else f"Waits for {count} unfinished tasks"


def _unblocks_why(task: Task, _: datetime) -> str:
    return "Another task waits for it" if task.unblocks == 1 else f"{task.unblocks} tasks wait for it"


def _answered(task: Task) -> bool:
    return task.active and task.question is not None and task.question.answer is not None


# Held and waiting tasks rank last, closed ones behind them: more points than all the others together.
FACTORS = (
    Factor("priority", lambda t, _: PRIORITY_POINTS[t.priority], lambda t, _: f"Priority {t.priority}"),
    Factor("due", _due_points, _due_why),
    Factor("sent_back", lambda t, _: 30 if t.sent_back else 0, lambda *_: "Sent back with feedback"),
    Factor("answered", lambda t, _: 20 if _answered(t) else 0, lambda *_: "Its question was answered"),
    Factor("unblocks", lambda t, _: 10 * min(t.unblocks, UNBLOCKS_COUNTED), _unblocks_why),
    Factor(
        "held",
        lambda t, now: -1000 if t.active and t.held(now) else 0,
        lambda *_: "An agent is working on it",
    ),
    Factor("waiting", lambda t, now: -1000 if lane(t, now) is Lane.WAITING else 0, _waiting_why),
    Factor("closed", lambda t, _: 0 if t.active else -4000, lambda *_: "Closed"),
)


def score(task: Task, now: datetime) -> int:
    """The points of all factors; a higher score comes first."""
    return sum(factor.points(task, now) for factor in FACTORS)


def base_score(task: Task, now: datetime) -> int:
    """The score without the due band: what a store may keep until the task is written or changes by itself."""
    return score(task, now) - _due_points(task, now)


def reasons(task: Task, now: datetime) -> list[Reason]:
    """The factors that counted, in the table's order; priority is always among them."""
    counted = ((factor, factor.points(task, now)) for factor in FACTORS)
    return [
        Reason(f.name, points, f.why(task, now)) for f, points in counted if points or f.name == "priority"
    ]
