"""Reminders: once for each time that comes, and never for what is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from task_assistant.domain.reminders import due_for_reminder, remind_at
from task_assistant.domain.task import Status, Task
from tests.domain.tasks import any_task, any_time
from tests.factories import MICROSECOND, NOW, later, task


def test_the_earlier_of_reminder_and_due_time_reminds() -> None:
    assert remind_at(task(reminder_at=later(hours=1), due=later(hours=2))) == later(hours=1)
    assert remind_at(task(reminder_at=later(hours=3), due=later(hours=2))) == later(hours=2)
    assert remind_at(task(due=later(hours=2))) == later(hours=2)


def test_an_estimated_due_time_reminds_as_well() -> None:
    assert remind_at(task(priority=1)) == later(days=1)


def test_it_is_due_from_its_time_on() -> None:
    soon = task(reminder_at=later(hours=1))
    assert not due_for_reminder(soon, later(hours=1) - MICROSECOND)
    assert due_for_reminder(soon, later(hours=1))


def test_sending_settles_every_time_up_to_then_and_none_after() -> None:
    both = task(reminder_at=NOW, due=later(hours=2))
    assert remind_at(both.having(reminder_last_sent_at=NOW)) == later(hours=2)
    assert remind_at(both.having(reminder_last_sent_at=later(hours=1))) == later(hours=2)
    assert remind_at(both.having(reminder_last_sent_at=later(hours=2))) is None


@given(any_task(), any_time())
def test_nobody_is_reminded_of_the_same_time_twice(any_one: Task, now: datetime) -> None:
    if due_for_reminder(any_one, now):
        assert not due_for_reminder(any_one.having(reminder_last_sent_at=now), now)


@pytest.mark.parametrize(
    "end", [{"status": Status.DONE}, {"status": Status.CANCELLED}, {"deleted_at": NOW}], ids=str
)
def test_a_closed_or_deleted_task_reminds_of_nothing(end: dict[str, Any]) -> None:
    assert remind_at(task(reminder_at=NOW, due=NOW, **end)) is None
