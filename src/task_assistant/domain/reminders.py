"""When the person is to be reminded of a task."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain.ordering import Key, micros
from task_assistant.domain.task import Task


def remind_at(task: Task) -> datetime | None:
    """The earliest reminder or due time that nobody was reminded of yet; None for a closed task or when all are sent.

    Marking a reminder as sent at time T settles every reminder and due time up to T.
    """
    if not task.active:
        return None
    sent = task.reminder_last_sent_at
    times = [at for at in (task.reminder_at, task.due_at) if at is not None and (sent is None or sent < at)]
    return min(times, default=None)


def place(task: Task) -> Key:
    """Where a task that is due for a reminder stands among such: earliest first."""
    at = remind_at(task)
    return (micros(at) if at is not None else 0, task.id)


def due_for_reminder(task: Task, now: datetime) -> bool:
    """True once that time has come."""
    at = remind_at(task)
    return at is not None and at <= now
