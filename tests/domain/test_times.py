"""Times: any offset comes in, UTC goes out, nothing is lost down to the microsecond, in any year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.ordering import EPOCH, micros
from task_assistant.domain.times import from_text, to_text
from tests.factories import MICROSECOND, NOW

MOST = date.max.toordinal()
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
in_utc = st.datetimes(timezones=st.just(UTC))


@given(in_utc)
def test_every_time_survives_being_written_and_read(at: datetime) -> None:
    text = to_text(at)
    assert text.endswith("Z")
    assert from_text(text) == at
    assert from_text(text).utcoffset() == timedelta(0)


@given(st.datetimes().filter(lambda at: 2 < at.toordinal() < MOST - 2), offsets)
def test_every_offset_is_turned_into_utc_exactly(local: datetime, offset: timezone) -> None:
    at = local.replace(tzinfo=offset)
    read = from_text(at.isoformat())
    assert read == at
    assert read.tzinfo is UTC
    assert read.microsecond == at.microsecond


@given(
    st.datetimes().map(lambda at: at.replace(year=1971 + at.year % 130, day=min(at.day, 28))),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
    ),
    st.sampled_from([0, 1]),
)
def test_both_hours_of_a_clock_change_stay_apart(local: datetime, zone: str, fold: int) -> None:
    at = local.replace(tzinfo=ZoneInfo(zone), fold=fold)
    assert from_text(at.isoformat()) == at.astimezone(UTC)


def test_the_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=fold) for fold in (0, 1))
    assert from_text(second.isoformat()) - from_text(first.isoformat()) == timedelta(hours=1)


def test_a_time_without_an_offset_is_utc() -> None:
    assert from_text("2026-05-07T09:00:00") == NOW
    assert from_text("2026-05-07 09:00") == NOW
    assert from_text("2026-05-07") == datetime(2026, 5, 7, tzinfo=UTC)


def test_the_text_has_a_z_and_microseconds_only_when_there_are_any() -> None:
    assert to_text(NOW) == "2026-05-07T09:00:00Z"
    assert to_text(NOW + MICROSECOND) == "2026-05-07T09:00:00.000001Z"
    assert to_text(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30",
        "2026-13-01T00:00:00Z",
        "2026-05-07T25:00:00Z",
        "2026-05-07T09:00:00+99:00",
        "1778144400",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_text(text)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_an_offset_that_leads_out_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="years 1 to 9999"):
        from_text(text)


@given(
    st.text(st.characters(codec=None), max_size=40) | st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d.{0,8}\Z")
)
def test_any_text_is_a_time_in_utc_or_refused(text: str) -> None:
    try:
        at = from_text(text)
    except ValueError:
        return
    assert at.tzinfo is UTC


@given(in_utc)
def test_microseconds_since_1970_are_exact_in_every_year(at: datetime) -> None:
    assert EPOCH + timedelta(microseconds=micros(at)) == at


@given(in_utc, in_utc)
def test_microseconds_sort_as_times_do(one: datetime, two: datetime) -> None:
    assert (micros(one) < micros(two)) is (one < two)
