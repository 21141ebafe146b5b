"""Which tasks have a place in the person's calendar, and as what: deadlines, reminders and, marked, estimates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from task_assistant.domain.task import Task


class EntryKind(StrEnum):
    """What an entry is about."""

    DEADLINE = "deadline"
    REMINDER = "reminder"
    ESTIMATE = "estimate"


# How long before its time an entry rings; an estimate never does.
RINGS: dict[EntryKind, timedelta] = {EntryKind.DEADLINE: timedelta(hours=1), EntryKind.REMINDER: timedelta()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a calendar. `uid` stays the same for as long as the task lives; `version` rises with its changes."""

    kind: EntryKind
    uid: str
    task_id: int
    at: datetime
    title: str
    owner: str
    priority: int
    labels: tuple[str, ...]
    version: int
    created_at: datetime
    updated_at: datetime


def dated_at(task: Task) -> datetime | None:
    """The later one of an active task's own deadline and reminder; None without either, or once it is closed.

    An estimated due time is no date of the task (PRODUCT: the two are never confused).
    """
    if not task.active:
        return None
    return max((at for at in (task.due, task.reminder_at) if at is not None), default=None)


def entries(task: Task) -> Iterator[Entry]:
    """The entries of an active task's own dates."""
    if task.due is not None:
        yield _entry(task, EntryKind.DEADLINE, task.due)
    if task.reminder_at is not None:
        yield _entry(task, EntryKind.REMINDER, task.reminder_at)


def estimate(task: Task) -> Entry | None:
    """The entry of a due time that the server estimated, None for a task with a deadline of its own."""
    return _entry(task, EntryKind.ESTIMATE, task.due_at) if task.due_is_estimated else None


def _entry(task: Task, kind: EntryKind, at: datetime) -> Entry:
    """An estimate that becomes a deadline is the same entry, moved. Names tell nothing (RFC 7986, 5.3)."""
    about = EntryKind.REMINDER if kind is EntryKind.REMINDER else EntryKind.DEADLINE
    uid = hashlib.sha256(f"{about} {task.id} {task.created_at.isoformat()}".encode()).hexdigest()[:32]
    return Entry(
        kind, uid, task.id, at, task.title, task.assignee.value, task.priority, task.labels, task.version,
        task.created_at, task.updated_at,
    )  # fmt: skip
