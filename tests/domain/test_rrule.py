"""Recurrence rules against dateutil, another implementation of RFC 5545, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from task_assistant.domain.rrule import DAYS, Rule, RuleRefused, days, parse

firsts = st.dates(date(1999, 1, 1), date(2105, 12, 31))
weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True)
nths = st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5])
intervals = st.one_of(st.integers(1, 4), st.integers(1, 60))


def _some(values: st.SearchStrategy[int], most: int = 3) -> st.SearchStrategy[tuple[int, ...]]:
    lists = st.lists(values, max_size=most, unique=True)
    return st.one_of(st.just(()), lists.map(sorted).map(tuple))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    plain = freq in ("DAILY", "WEEKLY")
    # All of them numbered or none: of both together dateutil takes what is in both, the RFC what is in either.
    nth = st.none() if plain or draw(st.booleans()) else nths
    by_day = draw(st.lists(st.tuples(nth, st.integers(0, 6)), max_size=3, unique=True))
    by_month_day = () if freq == "WEEKLY" else draw(_some(st.integers(-31, 31).filter(bool)))
    by_month = draw(_some(st.integers(1, 12)))
    by_set_pos = (
        () if plain or not (by_day or by_month_day) else draw(_some(st.sampled_from([1, 2, -1, -2]), 2))
    )
    return Rule(
        freq, draw(intervals), None, None, tuple(sorted(by_day, key=lambda d: (d[0] or 0, d[1]))), by_month_day,
        by_month, by_set_pos, draw(st.integers(0, 6)) if freq == "WEEKLY" else 0,
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(rules(), firsts)
def test_the_days_are_those_that_dateutil_counts_out(rule: Rule, first: date) -> None:
    horizon = date(min(first.year + 60, 9999), 1, 1)
    bounded = Rule(
        **{name: getattr(rule, name) for name in Rule.__slots__} | {"until": horizon - timedelta(days=1)}
    )
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001
    theirs = [each.date() for each in islice(rrulestr(str(bounded), dtstart=start), 9) if each > start][:8]
    assert list(islice(days(bounded, first), len(theirs) or 8)) == theirs


@given(rules())
def test_a_rule_reads_as_it_is_written(rule: Rule) -> None:
    assert parse(str(rule)) == rule
    assert parse(f"rrule:{str(rule).lower()}") == rule


def test_a_day_that_a_month_lacks_is_left_out_and_comes_again() -> None:
    monthly = parse("FREQ=MONTHLY")
    found = [date(2027, 1, 31)]
    for _ in range(3):
        found.append(next(days(monthly, found[-1])))
    assert found[1:] == [date(2027, 3, 31), date(2027, 5, 31), date(2027, 7, 31)]


def test_the_last_working_day_of_the_month() -> None:
    rule = parse("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")
    assert list(islice(days(rule, date(2027, 1, 1)), 3)) == [
        date(2027, 1, 29),
        date(2027, 2, 26),
        date(2027, 3, 31),
    ]


def test_a_rule_that_never_comes_ends() -> None:
    assert list(days(parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), date(2027, 1, 1))) == []
    assert list(islice(days(parse("FREQ=DAILY"), date(9999, 12, 30)), 9)) == [date(9999, 12, 31)]


def test_until_is_the_last_day_and_count_is_kept_by_who_reads() -> None:
    assert list(days(parse("FREQ=DAILY;UNTIL=20270103"), date(2027, 1, 1))) == [
        date(2027, 1, 2),
        date(2027, 1, 3),
    ]
    rule = parse("FREQ=DAILY;COUNT=3")
    assert str(rule.after(2)) == "FREQ=DAILY;COUNT=1"
    assert rule.after(3) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "must say FREQ"),
        ("INTERVAL=2", "must say FREQ"),
        ("FREQ=HOURLY", "FREQ must be one of"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;BYHOUR=9", "knows no 'BYHOUR'"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be a number from 1"),
        ("FREQ=DAILY;INTERVAL=९", "INTERVAL must be a number"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=20270230", "UNTIL must be a day"),
        ("FREQ=WEEKLY;BYDAY=2TU", "only with MONTHLY or YEARLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "with WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY must be weekdays"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "without 0"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "from -31 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,", "with commas"),
        ("FREQ=MONTHLY;BYSETPOS=1", "another BY part"),
        ("FREQ=DAILY;" + "X" * 300, "at most 240"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    for each in (text, f"FREQ=WEEKLY;{text}", f"FREQ=MONTHLY;BYDAY={text}"):
        try:
            parse(each)
        except RuleRefused:
            continue


def test_weekdays_are_named_from_monday() -> None:
    assert DAYS[date(2027, 1, 4).weekday()] == "MO"
