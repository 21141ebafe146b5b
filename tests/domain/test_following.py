"""The series of a recurring task: where it begins, what comes next, across clock changes, missed dates and its end."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.following import begin, next_instance
from task_assistant.domain.recurrence import Recurrence, Wish
from task_assistant.domain.recurrence_words import words
from task_assistant.domain.task import Owner, Status, Task
from tests.factories import task

ZURICH = ZoneInfo("Europe/Zurich")


def local(text: str, zone: ZoneInfo = ZURICH) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def recurring(rule: str, starts: str, *, after_done: bool = False, **fields: Any) -> Task:
    at = local(starts)
    series = Recurrence(rule, "Europe/Zurich", at, after_done)
    return task(id=1, **{"due": at, "recurrence": series, **fields})


def following(it: Task, now: str) -> Task:
    found = next_instance(it, ZURICH, local(now))
    assert found is not None
    return found


def on_the_wall(at: datetime | None) -> str:
    assert at is not None
    return f"{at.astimezone(ZURICH):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("rule", "starts", "now", "next_"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", "2027-03-26 09:00", "2027-03-26 08:00", "2027-04-02 09:00"),
        ("FREQ=WEEKLY;BYDAY=FR", "2027-10-29 09:00", "2027-10-29 10:00", "2027-11-05 09:00"),
        ("FREQ=DAILY", "2027-03-27 02:30", "2027-03-27 03:00", "2027-03-28 03:30"),
        ("FREQ=DAILY", "2027-03-28 17:00", "2027-03-28 18:00", "2027-03-29 17:00"),
        ("FREQ=WEEKLY;BYDAY=FR", "2027-01-01 09:00", "2027-01-20 12:00", "2027-01-22 09:00"),
        ("FREQ=WEEKLY;INTERVAL=2", "2027-01-01 09:00", "2027-01-20 12:00", "2027-01-29 09:00"),
        ("FREQ=MONTHLY", "2027-01-31 09:00", "2027-02-01 12:00", "2027-03-31 09:00"),
        ("FREQ=DAILY", "2027-01-01 09:00", "2027-01-05 08:59", "2027-01-05 09:00"),
    ],
)
def test_the_next_date_stands_on_the_same_time_of_the_clock(
    rule: str, starts: str, now: str, next_: str
) -> None:
    assert on_the_wall(following(recurring(rule, starts), now).due) == next_


def test_counted_from_done_the_next_date_follows_the_closing() -> None:
    it = recurring("FREQ=DAILY;INTERVAL=3", "2027-01-01 09:00", after_done=True)
    assert on_the_wall(following(it, "2027-01-20 22:00").due) == "2027-01-23 09:00"


def test_a_moved_deadline_moves_this_instance_only() -> None:
    it = recurring("FREQ=WEEKLY", "2027-01-01 09:00", due=local("2027-01-04 18:00"))
    assert on_the_wall(following(it, "2027-01-04 19:00").due) == "2027-01-08 09:00"


def test_reminder_and_deferral_keep_their_distance_on_the_clock() -> None:
    it = recurring(
        "FREQ=WEEKLY", "2027-03-26 17:00", reminder_at=local("2027-03-26 09:00"),
        deferred_until=local("2027-03-25 08:00"),
    )  # fmt: skip
    after = following(it, "2027-03-26 18:00")
    assert on_the_wall(after.reminder_at) == "2027-04-02 09:00"
    assert on_the_wall(after.deferred_until) == "2027-04-01 08:00"


def test_what_describes_the_work_is_taken_along_and_nothing_else() -> None:
    it = recurring(
        "FREQ=WEEKLY", "2027-01-01 09:00", status=Status.DONE, assignee=Owner.CODEX, agent="alpha", priority=2,
        labels=("a",), private=True, description="How", external_id="x-1", depends_on=(9,), version=7, failures=2,
    )  # fmt: skip
    after = following(it, "2027-01-01 10:00")
    assert (after.assignee, after.agent, after.priority, after.labels) == (Owner.CODEX, "alpha", 2, ("a",))
    assert (after.private, after.description, after.status) == (True, "How", Status.BACKLOG)
    assert (after.external_id, after.depends_on, after.version, after.failures) == (None, (), 1, 0)


def test_a_count_counts_down_and_ends_the_series_missed_dates_included() -> None:
    it = recurring("FREQ=DAILY;COUNT=3", "2027-01-01 09:00")
    second = following(it, "2027-01-01 10:00")
    assert second.recurrence is not None
    assert second.recurrence.rule == "FREQ=DAILY;COUNT=2"
    assert next_instance(it, ZURICH, local("2027-01-03 10:00")) is None
    last = following(it, "2027-01-02 10:00")
    assert last.recurrence is not None
    assert last.recurrence.rule == "FREQ=DAILY;COUNT=1"
    assert next_instance(last, ZURICH, local("2027-01-03 10:00")) is None


def test_until_ends_the_series() -> None:
    it = recurring("FREQ=WEEKLY;UNTIL=20270110", "2027-01-01 09:00")
    assert on_the_wall(following(it, "2027-01-02 10:00").due) == "2027-01-08 09:00"
    assert next_instance(it, ZURICH, local("2027-01-09 10:00")) is None
    assert next_instance(task(), ZURICH, local("2027-01-09 10:00")) is None


@pytest.mark.parametrize(
    ("rule", "clock", "now", "first"),
    [
        ("FREQ=WEEKLY;BYDAY=FR", None, "2027-01-06 12:00", "2027-01-08 17:00"),
        ("FREQ=DAILY", None, "2027-01-06 12:00", "2027-01-06 17:00"),
        ("FREQ=DAILY", None, "2027-01-06 17:00", "2027-01-07 17:00"),
        ("FREQ=DAILY", time(9), "2027-01-06 12:00", "2027-01-07 09:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", None, "2027-01-06 12:00", "2027-02-01 17:00"),
    ],
)
def test_without_a_deadline_a_series_begins_on_its_first_date(
    rule: str, clock: time | None, now: str, first: str
) -> None:
    series = begin(Wish(rule, clock=clock), "Europe/Zurich", ZURICH, None, local(now))
    assert on_the_wall(series.starts_at) == first


def test_a_series_without_a_date_to_come_is_refused() -> None:
    with pytest.raises(InvalidFields, match="no date to come"):
        begin(Wish("FREQ=DAILY;UNTIL=20200101"), "UTC", ZURICH, None, local("2027-01-01 09:00"))


@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY", "FREQ=WEEKLY;INTERVAL=2"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  # on the wall
    st.sampled_from(["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    st.integers(0, 90 * 24),
)
def test_the_next_date_is_always_ahead_and_on_the_clock(
    rule: str, wall: datetime, name: str, hours: int
) -> None:
    zone = ZoneInfo(name)
    starts = wall.replace(tzinfo=zone).astimezone(UTC)
    now = datetime.fromtimestamp(starts.timestamp() + hours * 3600, UTC)
    it = task(id=1, due=starts, recurrence=Recurrence(rule, name, starts))
    after = next_instance(it, zone, now)
    assert after is not None
    assert after.due is not None
    assert after.due > max(now, starts) or hours == 0
    clock, first = after.due.astimezone(zone), starts.astimezone(zone)
    skipped = clock.replace(tzinfo=None) != datetime.combine(clock.date(), first.time(), None)
    assert not skipped or abs(clock.hour * 60 + clock.minute - first.hour * 60 - first.minute) <= 60


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=WEEKLY;BYDAY=FR", "every Friday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on day 1 and 15"),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8", "every year on day 8 in March"),
        ("FREQ=DAILY;COUNT=3", "every day, 3 times with this one"),
        ("FREQ=DAILY;UNTIL=20271231", "every day, until 31 December 2027"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", "by the rule FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"),
    ],
)
def test_a_series_is_said_in_words(rule: str, said: str) -> None:
    assert words(Recurrence(rule, "UTC", local("2027-01-01 09:00"))) == said


def test_after_done_is_said() -> None:
    series = Recurrence("FREQ=DAILY;INTERVAL=3", "UTC", local("2027-01-01 09:00"), after_done=True)
    assert words(series) == "every 3 days after done"
