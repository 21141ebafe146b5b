"""Due times, reminders and deferrals, typed on Monday 23 November 2026 at 10:00 in Berlin unless said otherwise."""

from __future__ import annotations

import pytest

from tests.domain.quick_add_desk import local, quick, reasons

DUE = {
    # day words; without a time: the end of the working day
    "today": "2026-11-23 17:00",
    "tomorrow": "2026-11-24 17:00",
    "tmr 8am": "2026-11-24 08:00",
    "TOMORROW": "2026-11-24 17:00",
    # weekdays: the next that comes, today while the time is still ahead
    "mon": "2026-11-23 17:00",
    "mon 10:01": "2026-11-23 10:01",
    "mon 10:00": "2026-11-30 10:00",
    "monday 9am": "2026-11-30 09:00",
    "thurs": "2026-11-26 17:00",
    "sunday": "2026-11-29 17:00",
    "this wed": "2026-11-25 17:00",
    "next mon": "2026-11-30 17:00",
    "next fri 9am": "2026-12-04 09:00",
    "next sun": "2026-12-06 17:00",
    "due next week": "2026-11-30 17:00",
    # lengths: days and longer by the calendar, hours and minutes by the clock
    "in 3 days": "2026-11-26 17:00",
    "in 3 days 9am": "2026-11-26 09:00",
    "in 3 days at 9am": "2026-11-26 09:00",
    "in a week": "2026-11-30 17:00",
    "in 2 weeks": "2026-12-07 17:00",
    "in 2w": "2026-12-07 17:00",
    "in 3 months": "2027-02-23 17:00",
    "3d": "2026-11-26 17:00",
    "2w 9am": "2026-12-07 09:00",
    "in 3 hours": "2026-11-23 13:00",
    "in 3h": "2026-11-23 13:00",
    "in an hour": "2026-11-23 11:00",
    "in 20 min": "2026-11-23 10:20",
    "in 20m": "2026-11-23 10:20",
    # dates; a day and month that has passed is next year's
    "2026-12-03": "2026-12-03 17:00",
    "2026-12-03 9:30": "2026-12-03 09:30",
    "3 dec": "2026-12-03 17:00",
    "3 December 2027": "2027-12-03 17:00",
    "3rd of dec": "2026-12-03 17:00",
    "dec 3": "2026-12-03 17:00",
    "Dec. 3, 9am": "2026-12-03 09:00",
    "december 3rd 2027": "2027-12-03 17:00",
    "3.12.": "2026-12-03 17:00",
    "03.12.": "2026-12-03 17:00",
    "3.12.2027": "2027-12-03 17:00",
    "thu 3 dec": "2026-12-03 17:00",
    "thursday, dec 3rd, 9am": "2026-12-03 09:00",
    "22 nov": "2027-11-22 17:00",
    "23 nov": "2026-11-23 17:00",
    "may 4": "2027-05-04 17:00",
    "1 jan": "2027-01-01 17:00",
    # times; alone: the next occurrence
    "9am": "2026-11-24 09:00",
    "11am": "2026-11-23 11:00",
    "12am": "2026-11-24 00:00",
    "12pm": "2026-11-23 12:00",
    "9 pm": "2026-11-23 21:00",
    "9:45pm": "2026-11-23 21:45",
    "4:30 p.m.": "2026-11-23 16:30",
    "9:30": "2026-11-24 09:30",
    "23:59": "2026-11-23 23:59",
    "17h": "2026-11-23 17:00",
    "9h30": "2026-11-24 09:30",
    "fri at 9h": "2026-11-27 09:00",
    "fri at 17": "2026-11-27 17:00",
    "noon": "2026-11-23 12:00",
    "midnight": "2026-11-24 00:00",
    "today midnight": "2026-11-24 00:00",
    "eod": "2026-11-23 17:00",
    "fri eod": "2026-11-27 17:00",
    # the time first, and what may stand before either
    "9am fri": "2026-11-27 09:00",
    "at 9am on fri": "2026-11-27 09:00",
    "9am in 3 days": "2026-11-26 09:00",
    "noon tomorrow": "2026-11-24 12:00",
    "by fri": "2026-11-27 17:00",
    "due fri": "2026-11-27 17:00",
    "due: fri": "2026-11-27 17:00",
    "due by fri 9am": "2026-11-27 09:00",
    "on fri @ 9am": "2026-11-27 09:00",
    "due at noon": "2026-11-23 12:00",
}


@pytest.mark.parametrize("phrase", DUE)
def test_a_phrase_at_the_end_of_the_line_sets_the_due_time(phrase: str) -> None:
    read = quick(f"Pay rent {phrase}")
    assert (read.title, read.due, read.unsure) == ("Pay rent", local(DUE[phrase]), ())


REMINDERS = {
    "remind thu 8am": "2026-11-26 08:00",
    "remind thu": "2026-11-26 09:00",
    "remind me tomorrow": "2026-11-24 09:00",
    "remind me on thu at 8am": "2026-11-26 08:00",
    "remind mon": "2026-11-30 09:00",  # Monday 09:00 has passed
    "remind in 20 min": "2026-11-23 10:20",
    "remind 9am": "2026-11-24 09:00",
    "remind next week": "2026-11-30 09:00",
}
DEFERRALS = {
    "defer mon": "2026-11-30 09:00",
    "defer to mon": "2026-11-30 09:00",
    "defer until 3 dec": "2026-12-03 09:00",
    "defer next week": "2026-11-30 09:00",
    "defer 2w": "2026-12-07 09:00",
    "defer in 2 hours": "2026-11-23 12:00",
    "later tomorrow": "2026-11-24 09:00",
    "later today 15:00": "2026-11-23 15:00",
    "from 3 dec": "2026-12-03 09:00",
    "from tomorrow 7am": "2026-11-24 07:00",
    "from next mon": "2026-11-30 09:00",
}


@pytest.mark.parametrize("phrase", REMINDERS)
def test_remind_sets_the_reminder(phrase: str) -> None:
    read = quick(f"Pay rent {phrase}")
    assert (read.title, read.reminder_at, read.due) == ("Pay rent", local(REMINDERS[phrase]), None)


@pytest.mark.parametrize("phrase", DEFERRALS)
def test_defer_later_and_from_hide_the_task_until_then(phrase: str) -> None:
    read = quick(f"Pay rent {phrase}")
    assert (read.title, read.deferred_until, read.due) == ("Pay rent", local(DEFERRALS[phrase]), None)


BEFORE = {
    "fri 9am remind 2h before": "2026-11-27 07:00",
    "remind 2 hours before due fri 9am": "2026-11-27 07:00",
    "fri 9am remind me 30 min before": "2026-11-27 08:30",
    "fri 9am remind 2h before due": "2026-11-27 07:00",
    "fri 9am remind a day before": "2026-11-26 09:00",
    "fri 9am remind 1w before": None,  # a week before has passed
    "28 feb 2027 remind 1 month before": "2027-01-28 17:00",
    "31 mar 2027 remind 1 month before": "2027-02-28 17:00",
}


@pytest.mark.parametrize("phrases", BEFORE)
def test_a_reminder_may_count_back_from_the_due_time(phrases: str) -> None:
    expected = BEFORE[phrases]
    assert quick(f"Pay rent {phrases}").reminder_at == (local(expected) if expected else None)


UNSURE = {
    "31 nov": "there is no 31 Nov in 2026 or 2027",
    "29 feb": "there is no 29 Feb in 2026 or 2027",
    "2026-02-30": "there is no 30 Feb in 2026",
    "2026-13-01": "there is no month 13",
    "32.1.": "there is no 32 Jan in 2026 or 2027",
    "2020-01-01": "it has passed already",
    "today 9am": "it has passed already",
    "23 nov 9am": "it has passed already",
    "remind today": "today 09:00 has passed; say a time",
    "later today": "today 09:00 has passed; say a time",
    "3 dec 2099": "it is more than 10 years ahead",
    "in 999 weeks": "it is more than 10 years ahead",
    "in 999999 months": "no date lies so far away",
    "wed 3 dec": "3 Dec 2026 is a Thu",
    "24:00": "24:00 is no time of day",
    "25:00": "25:00 is no time of day",
    "9:75": "9:75 is no time of day",
    "13pm": "13pm is no time of day",
    "0am": "0am is no time of day",
    "3h": "3h may be a time or a length; write 3:00 or in 3h",
    "fri 3h": "3h may be a time or a length; write 3:00 or in 3h",
    "at 9": "“at 9” may be morning or evening; write 9am or 9pm",
    "fri at 9": "“at 9” may be morning or evening; write 9am or 9pm",
    "at 17": "an hour alone is too little; write it as 9am or 21:00",
    "from mon": "it may look back; write defer to hide the task until then",
    "remind 2h before": "there is no due time for it to come before",
}


@pytest.mark.parametrize("phrase", UNSURE)
def test_what_cannot_be_or_has_two_meanings_stays_and_says_why(phrase: str) -> None:
    read = quick(f"Pay rent {phrase}")
    assert (read.title, reasons(read), read.understood) == (f"Pay rent {phrase}", [UNSURE[phrase]], ())


def test_today_after_the_working_day_still_means_today() -> None:
    assert quick("Call mum today", "2026-11-23 18:30").due == local("2026-11-23 23:59")
    assert quick("Call mum 23 nov", "2026-11-23 18:30").due == local("2026-11-23 23:59")


def test_a_weekday_after_its_working_day_is_next_week() -> None:
    assert quick("Call mum mon", "2026-11-23 17:00").due == local("2026-11-30 17:00")


def test_next_weekday_on_a_sunday_is_in_the_week_that_begins_tomorrow() -> None:
    assert quick("Pay rent next fri", "2026-11-22 10:00").due == local("2026-11-27 17:00")


def test_the_29th_of_february_is_found_in_a_leap_year() -> None:
    assert quick("Party 29 feb", "2027-06-01 10:00").due == local("2028-02-29 17:00")


def test_a_month_on_from_its_last_day_is_the_last_day_of_the_next() -> None:
    assert quick("Pay rent in 1 month", "2027-01-31 10:00").due == local("2027-02-28 17:00")


def test_hours_from_now_are_full_minutes_as_the_preview_shows_them() -> None:
    assert quick("Tea in 1 min", "2026-11-23 10:00:29").due == local("2026-11-23 10:01")
    assert quick("Tea in 1 min", "2026-11-23 10:00:31.5").due == local("2026-11-23 10:02")


def test_the_year_is_told_when_it_is_not_this_one() -> None:
    assert [piece.sentence for piece in quick("Ski 2 jan").understood] == ["due Sat 2 Jan 2027 17:00"]
