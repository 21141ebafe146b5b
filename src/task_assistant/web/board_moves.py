"""Moving a card: which act brings a task from its column into another, or why none does and where it can go instead.

The board speaks of columns; what happens is always one of the person's commands of the lifecycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.task import CLOSED, Owner, Status, Task
from task_assistant.web.filters import STATUS_WORDS
from task_assistant.web.row_acts import Act

COLUMNS = (
    Status.BACKLOG,
    Status.IN_PROGRESS,
    Status.WAITING_REVIEW,
    Status.BLOCKED,
    Status.DONE,
    Status.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Move:
    """One way from a card's column: `act` when it can go to `to`, else `why` says what stands in the way."""

    to: Status
    act: Act | None = None
    why: str = ""

    @property
    def label(self) -> str:
        """The column's name."""
        return STATUS_WORDS[self.to]


def moves(task: Task, now: datetime) -> tuple[Move, ...]:
    """Every other column in order."""
    found = [(to, _way(task, to, now)) for to in COLUMNS if to is not task.status]
    open_to = [STATUS_WORDS[to] for to, way in found if isinstance(way, Act)]
    instead = f" It can go to {_listed(open_to)}." if open_to else ""
    return tuple(
        Move(to, way) if isinstance(way, Act) else Move(to, why=f"{way}{instead}") for to, way in found
    )


def _way(task: Task, to: Status, now: datetime) -> Act | str:
    """The act that leads there, or the sentence that says why none does."""
    label = STATUS_WORDS[to]
    if task.status in CLOSED:
        return (
            Act(label, "", "reopen")
            if to is Status.BACKLOG
            else "It is closed: reopen it first, by moving it to Backlog."
        )
    if to is Status.DONE:
        return Act(label, "", _approve(task) if task.status is Status.WAITING_REVIEW else "done")
    if to is Status.CANCELLED:
        return Act(label, "", "cancel")
    if to is Status.BLOCKED:
        return Act(label, "", "block", compose="block")
    if to is Status.WAITING_REVIEW:
        return "Only work that somebody hands back waits for review: agents submit, and you approve or send back."
    if to is Status.BACKLOG:
        return _back(task, label)
    return _start(task, label, now)


def _approve(task: Task) -> str:
    return f"approve?round={task.result.round}" if task.result is not None else "approve"


def _back(task: Task, label: str) -> Act:
    if task.status is Status.WAITING_REVIEW:
        return Act(label, "", "send-back", compose="send-back")
    return Act(label, "", "edit?status=backlog")


def _start(task: Task, label: str, now: datetime) -> Act | str:
    if task.status is not Status.BACKLOG:
        return "Answer it, send it back or move it to Backlog first."
    if task.assignee is Owner.CODEX and not task.held(now):
        return "An agent starts its own work by claiming it. Take it over first to start it yourself."
    return Act(label, "", "edit?status=in_progress&assignee=me")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
