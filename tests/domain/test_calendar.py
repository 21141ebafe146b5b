"""The calendar: whose dates stand in it, as what, and under which names."""

from __future__ import annotations

from dataclasses import replace

from task_assistant.domain.calendar import EntryKind, dated_at, entries, estimate
from task_assistant.domain.task import Status
from tests.factories import later, task

BOTH = task(id=7, due=later(hours=5), reminder_at=later(hours=3))


def test_a_deadline_and_a_reminder_are_entries_of_their_own() -> None:
    assert [(entry.kind, entry.at) for entry in entries(BOTH)] == [
        (EntryKind.DEADLINE, later(hours=5)),
        (EntryKind.REMINDER, later(hours=3)),
    ]
    assert dated_at(BOTH) == later(hours=5)


def test_an_estimate_is_no_date_of_the_task() -> None:
    estimated = task(priority=1)
    assert list(entries(estimated)) == []
    assert dated_at(estimated) is None
    shown = estimate(estimated)
    assert shown is not None
    assert (shown.kind, shown.at) == (EntryKind.ESTIMATE, estimated.due_at)
    assert estimate(BOTH) is None


def test_a_closed_task_has_no_dates() -> None:
    assert dated_at(BOTH.having(status=Status.DONE)) is None
    assert dated_at(BOTH.having(deleted_at=later())) is None


def test_names_stay_the_same_whatever_else_changes() -> None:
    moved = BOTH.having(due=later(days=3), title="Else", version=9, status=Status.BLOCKED)
    assert [entry.uid for entry in entries(moved)] == [entry.uid for entry in entries(BOTH)]
    assert len({entry.uid for entry in (*entries(BOTH), *entries(replace(BOTH, id=8)))}) == 4


def test_an_estimate_that_becomes_a_deadline_is_the_same_entry() -> None:
    before, after = task(id=7), task(id=7, due=later(days=1))
    shown = estimate(before)
    assert shown is not None
    assert [entry.uid for entry in entries(after)] == [shown.uid]
