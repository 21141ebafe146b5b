"""Clock changes: every local time, whether it comes once, twice or never, has one documented meaning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from task_assistant.domain.quick_add import parse
from tests.domain.quick_add_desk import BERLIN, local, quick

SKIPPED = [
    # zone, typed, what the clocks show then
    ("Europe/Berlin", "28 mar 2027 2:30", "2027-03-28 03:30"),
    ("America/New_York", "14 mar 2027 2:00", "2027-03-14 03:00"),
    ("Australia/Lord_Howe", "4 oct 2026 2:15", "2026-10-04 02:45"),  # half an hour
    ("Asia/Beirut", "28 mar 2027 0:00", "2027-03-28 01:00"),  # the day begins at one
]
TWICE = [
    ("Europe/Berlin", "31 oct 2027 2:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ("America/New_York", "7 nov 2027 1:30", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("name", "typed", "shown"), SKIPPED)
def test_a_time_that_the_clocks_skip_is_as_much_later_as_they_skip(name: str, typed: str, shown: str) -> None:
    zone = ZoneInfo(name)
    read = quick(f"Feed cat {typed}", "2026-09-01 10:00", zone)
    assert read.due == local(shown, zone)
    assert "the clocks change and skip" in read.understood[0].sentence


@pytest.mark.parametrize(("name", "typed", "first"), TWICE)
def test_of_a_time_that_comes_twice_the_first_is_meant(name: str, typed: str, first: datetime) -> None:
    read = quick(f"Feed cat {typed}", "2026-12-01 10:00", ZoneInfo(name))
    assert read.due == first
    assert "before the clocks change" in read.understood[0].sentence


def test_between_the_two_the_second_is_the_next_occurrence() -> None:
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45, for the first time
    read = parse("Feed cat 2:30", between, BERLIN)
    assert read.due == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert "after the clocks change" in read.understood[0].sentence


def test_days_go_by_the_calendar_and_hours_by_the_clock() -> None:
    before = "2027-03-27 12:00"
    assert quick("Feed cat in 1 day noon", before).due == local("2027-03-28 12:00")
    assert quick("Feed cat in 24 hours", before).due == local("2027-03-28 13:00")


def test_a_day_before_is_the_same_time_of_day_and_24_hours_before_is_not() -> None:
    due = "Feed cat 28 mar 2027 noon remind"
    assert quick(f"{due} 1 day before").reminder_at == local("2027-03-27 12:00")
    assert quick(f"{due} 24h before").reminder_at == local("2027-03-27 11:00")


def test_today_is_the_day_of_the_person_not_of_utc() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # in Auckland, Tuesday has begun
    read = parse("Feed cat today", late, ZoneInfo("Pacific/Auckland"))
    assert read.due == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_any_tzinfo_will_do_and_now_may_carry_any_offset() -> None:
    zone = timezone(timedelta(hours=-3))
    read = parse("Feed cat 9am", datetime(2026, 11, 23, 10, 0, tzinfo=zone), zone)
    assert read.due == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 9999])
def test_at_the_ends_of_time_phrases_stay_in_the_title(year: int) -> None:
    edge = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 0 if year == 1 else 23, tzinfo=UTC)
    for phrase in ("in 2 hours", "tomorrow", "9am", "fri", "3 dec", "next week"):
        for zone in (BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")):
            read = parse(f"Feed cat due {phrase}", edge, zone)
            assert read.title.startswith("Feed cat")
