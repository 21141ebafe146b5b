"""Reminders: which are due, and that they were sent."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sight
from task_assistant.services.desk import Desk


class Reminders:
    """What to remind the person of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def due(self, caller: Caller, now: datetime | None, limit: int) -> list[Task]:
        """Active tasks with a reminder or due time passed that nobody was reminded of yet, earliest first."""
        return await self._desk.store.due_reminders(now or self._desk.now(), sight(caller), limit)

    async def sent(self, caller: Caller, task_id: int, at: datetime | None) -> Task:
        """Marks the reminder as sent; again, or with an earlier time, it changes nothing."""
        check_role(Command.REMIND, caller.role)

        async def decide(task: Task) -> list[Step]:
            sent = at or self._desk.now()
            last = task.reminder_last_sent_at
            if last is not None and (sent <= last or (at is None and not _news(task, last, sent))):
                return []
            return [Step(task.having(reminder_last_sent_at=sent), EventType.REMINDED)]

        return await self._desk.change(caller, task_id, decide)


def _news(task: Task, last: datetime, now: datetime) -> bool:
    """Whether something fell due since it was last sent: without, marking again changes nothing."""
    times = (task.reminder_at, task.due_at)
    return any(last < at <= now for at in times if at is not None)
