"""Due dates: given ones count; otherwise priority estimates one from the day of capture (seed)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from task_assistant.domain.due_dates import LATEST, estimate
from tests.factories import NOW, later, task


@pytest.mark.parametrize(("priority", "days"), [(1, 1), (2, 3), (3, 7), (4, 14), (5, 30)])
def test_an_estimate_is_so_many_days_after_capture(priority: int, days: int) -> None:
    assert estimate(NOW, priority) == later(days=days)
    assert task(priority=priority).due_at == later(days=days)


def test_a_given_due_time_is_not_estimated() -> None:
    given = task(due=later(hours=1), priority=1)
    assert (given.due_at, given.due_is_estimated) == (later(hours=1), False)


def test_an_estimate_follows_priority_from_capture_not_from_the_last_change() -> None:
    changed = task(priority=5, updated_at=later(days=20)).having(priority=1)
    assert (changed.due_at, changed.due_is_estimated) == (later(days=1), True)


def test_taking_the_given_due_time_away_returns_to_the_estimate() -> None:
    assert task(due=later(hours=1)).having(due=None).due_at == later(days=7)


def test_an_estimate_beyond_the_last_possible_time_is_that_time() -> None:
    assert estimate(LATEST, 1) == LATEST
    assert estimate(LATEST - timedelta(days=7), 3) == LATEST
    assert estimate(datetime.min.replace(tzinfo=UTC), 1) == datetime(1, 1, 2, tzinfo=UTC)
