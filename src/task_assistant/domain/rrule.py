"""Recurrence rules: the part of RFC 5545 (3.3.10) that tasks need; read, checked, written, and counted out.

FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST. What counts
are days of a calendar on the wall: a day that a month does not have is left out, as the RFC says. Times of day and
zones are `domain.following`'s. Pure: a rule, a first day, and the days after it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = 240  # characters of a rule
MOST_INTERVAL, MOST_COUNT = 1_000, 10_000
# After so many periods without a day the rule counts as having none left: 29 February is a Monday once in 40 years.
BARREN = {"DAILY": 15_000, "WEEKLY": 800, "MONTHLY": 800, "YEARLY": 100}
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(T[0-9]{6}Z?)?")
Weekday = tuple[int | None, int]  # which one of the month or year (None: each), and the day, 0 = Monday


class RuleRefused(ValueError):
    """The text is no rule that a task can have; the message is the end of a sentence about it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as read. `until` is the last day that may be one of its days; `count` how many days are left."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_day: tuple[Weekday, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0

    def after(self, passed: int) -> Rule | None:
        """The rule once so many of its days have gone by; None when its COUNT is used up."""
        if self.count is None:
            return self
        return replace(self, count=self.count - passed) if self.count > passed else None

    def __str__(self) -> str:
        """The canonical text: the parts in one order, without what goes without saying."""
        parts = [f"FREQ={self.freq}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"COUNT={self.count}"] if self.count is not None else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until is not None else []
        for name, values in (("BYMONTH", self.by_month), ("BYMONTHDAY", self.by_month_day)):
            parts += [f"{name}={','.join(map(str, values))}"] if values else []
        days = [f"{nth or ''}{DAYS[day]}" for nth, day in self.by_day]
        parts += [f"BYDAY={','.join(days)}"] if days else []
        parts += [f"BYSETPOS={','.join(map(str, self.by_set_pos))}"] if self.by_set_pos else []
        parts += [f"WKST={DAYS[self.week_start]}"] if self.week_start else []
        return ";".join(parts)


# -- reading -----------------------------------------------------------------------------------------------------------


def parse(text: str) -> Rule:
    """The rule that the text says, with or without "RRULE:" before it. Raises RuleRefused."""
    text = text.strip().upper().removeprefix("RRULE:")
    if len(text) > LONGEST:
        raise RuleRefused(f"must have at most {LONGEST} characters")
    said: dict[str, str] = {}
    for part in filter(None, text.split(";")):
        name, _, value = part.partition("=")
        if name in said or name not in READERS:
            known = ", ".join(READERS)
            raise RuleRefused(
                f"has {name} twice" if name in said else f"knows no {name[:20]!r}; it knows {known}"
            )
        said[name] = value
    if "FREQ" not in said:
        raise RuleRefused("must say FREQ, as in FREQ=WEEKLY;BYDAY=FR")
    rule = Rule("DAILY")
    for name, value in said.items():
        field, read = READERS[name]
        rule = replace(rule, **{field: read(name, value)})
    _check(rule)
    return rule


def _freq(name: str, value: str) -> str:
    if value not in BARREN:
        raise RuleRefused(f"{name} must be one of {', '.join(BARREN)}")
    return value


def _number(most: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        if not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= most):
            raise RuleRefused(f"{name} must be a number from 1 to {most:,}")
        return int(value)

    return read


def _numbers(most: int, *, signed: bool) -> Callable[[str, str], tuple[int, ...]]:
    def read(name: str, value: str) -> tuple[int, ...]:
        found = [each for each in value.split(",") if re.fullmatch(r"[+-]?[0-9]{1,3}", each)]
        numbers = {int(each) for each in found}
        low = -most if signed else 1
        if len(found) != value.count(",") + 1 or not all(low <= n <= most and n for n in numbers):
            raise RuleRefused(f"{name} must be numbers from {low} to {most}, with commas and without 0")
        return tuple(sorted(numbers))

    return read


def _until(name: str, value: str) -> date:
    match = _UNTIL.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise RuleRefused(f"{name} must be a day such as 20271231") from None


def _by_day(name: str, value: str) -> tuple[Weekday, ...]:
    found: dict[Weekday, None] = {}
    for each in value.split(","):
        match = _DAY.fullmatch(each)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise RuleRefused(f"{name} must be weekdays such as MO,WE or 2TU or -1FR")
        found[int(match[1]) if match[1] else None, DAYS.index(match[2])] = None
    return tuple(sorted(found, key=lambda day: (day[0] or 0, day[1])))


def _week_start(name: str, value: str) -> int:
    if value not in DAYS:
        raise RuleRefused(f"{name} must be one of {', '.join(DAYS)}")
    return DAYS.index(value)


Reader = tuple[str, Callable[[str, str], Any]]
READERS: dict[str, Reader] = {
    "FREQ": ("freq", _freq),
    "INTERVAL": ("interval", _number(MOST_INTERVAL)),
    "COUNT": ("count", _number(MOST_COUNT)),
    "UNTIL": ("until", _until),
    "BYDAY": ("by_day", _by_day),
    "BYMONTHDAY": ("by_month_day", _numbers(31, signed=True)),
    "BYMONTH": ("by_month", _numbers(12, signed=False)),
    "BYSETPOS": ("by_set_pos", _numbers(366, signed=True)),
    "WKST": ("week_start", _week_start),
}


def _check(rule: Rule) -> None:
    """Raises RuleRefused for parts that do not go together (RFC 5545, 3.3.10)."""
    by_week = rule.freq in ("DAILY", "WEEKLY")
    if rule.count is not None and rule.until is not None:
        raise RuleRefused("has COUNT or UNTIL, not both")
    if by_week and any(nth is not None for nth, _ in rule.by_day):
        raise RuleRefused("can say which weekday (as in 2TU) only with MONTHLY or YEARLY")
    if rule.freq == "WEEKLY" and rule.by_month_day:
        raise RuleRefused("cannot say BYMONTHDAY with WEEKLY")
    if rule.by_set_pos and (by_week or not (rule.by_day or rule.by_month_day or rule.by_month)):
        raise RuleRefused("can say BYSETPOS only with MONTHLY or YEARLY and another BY part")


# -- counting out ------------------------------------------------------------------------------------------------------


def days(rule: Rule, first: date) -> Iterator[date]:
    """The days of the rule after `first`, in order, up to UNTIL; COUNT is whoever reads them's to keep."""
    barren = 0
    for start in _periods(rule, first):
        found = [day for day in _chosen(rule, start, first) if day > first]
        barren = 0 if found else barren + 1
        if barren > BARREN[rule.freq]:
            return
        for day in found:
            if rule.until is not None and day > rule.until:
                return
            yield day


def is_day(rule: Rule, day: date) -> bool:
    """Whether the rule, counted from this day, has the day itself."""
    return day in _chosen(rule, next(_periods(rule, day)), day)


def _periods(rule: Rule, first: date) -> Iterator[date]:
    """The first day of each period, from that of `first` on; ends with the calendar."""
    try:
        yield from _by_days(rule, first) if rule.freq in ("DAILY", "WEEKLY") else _by_months(rule, first)
    except (OverflowError, ValueError):
        return


def _by_days(rule: Rule, first: date) -> Iterator[date]:
    weekly = rule.freq == "WEEKLY"
    start = first - timedelta(days=(first.weekday() - rule.week_start) % 7 if weekly else 0)
    while True:
        yield start
        start += timedelta(days=rule.interval * (7 if weekly else 1))


def _by_months(rule: Rule, first: date) -> Iterator[date]:
    monthly = rule.freq == "MONTHLY"
    months = first.year * 12 + (first.month - 1 if monthly else 0)
    while True:
        yield date(months // 12, months % 12 + 1, 1)
        months += rule.interval * (1 if monthly else 12)


def _chosen(rule: Rule, start: date, first: date) -> list[date]:
    found = [day for day in _period(rule, start) if _fits(rule, day, first)]
    if not rule.by_set_pos:
        return found
    places = {n - 1 if n > 0 else len(found) + n for n in rule.by_set_pos}
    return [day for n, day in enumerate(found) if n in places]


def _period(rule: Rule, start: date) -> Iterator[date]:
    """All days of the period in order."""
    length = {"DAILY": 1, "WEEKLY": 7}.get(rule.freq)
    if rule.freq == "MONTHLY":
        length = calendar.monthrange(start.year, start.month)[1]
    elif rule.freq == "YEARLY":
        length = 366 if calendar.isleap(start.year) else 365
    for n in range(length or 0):
        if (start.toordinal() + n) <= date.max.toordinal():
            yield date.fromordinal(start.toordinal() + n)


def _fits(rule: Rule, day: date, first: date) -> bool:
    """Whether the day passes every BY part; parts that are not said follow from the first day, as in the RFC."""
    months, month_days, weekdays = rule.by_month, rule.by_month_day, rule.by_day
    if not month_days and not weekdays:
        if rule.freq == "WEEKLY":
            weekdays = ((None, first.weekday()),)
        elif rule.freq in ("MONTHLY", "YEARLY"):
            month_days = (first.day,)
            months = months or ((first.month,) if rule.freq == "YEARLY" else ())
    if months and day.month not in months:
        return False
    if month_days and day.day not in month_days and day.day - _month_length(day) - 1 not in month_days:
        return False
    return not weekdays or any(
        day.weekday() == weekday and _is_nth(rule, day, nth) for nth, weekday in weekdays
    )


def _month_length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _is_nth(rule: Rule, day: date, nth: int | None) -> bool:
    """Counted in the month; with YEARLY and no BYMONTH in the year."""
    if nth is None:
        return True
    of_year = rule.freq == "YEARLY" and not rule.by_month
    place = day.timetuple().tm_yday if of_year else day.day
    length = (366 if calendar.isleap(day.year) else 365) if of_year else _month_length(day)
    return (place - 1) // 7 + 1 == nth or -((length - place) // 7) - 1 == nth
