"""From what a phrase says to a moment in UTC: next occurrences, roll-over, and clocks that change.

Clock changes follow RFC 5545, 3.3.5: a local time that is skipped counts with the offset before the change (02:30
becomes 03:30), of one that comes twice the first is meant. The preview says so in both cases.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from task_assistant.domain.quick_add.spoken import MONTHS, WEEKDAYS
from task_assistant.domain.quick_add.vocabulary import FAR_YEARS, LAST_MINUTE
from task_assistant.domain.quick_add.when import Ahead, Calendar, Clock, Day, NextWeek, Weekday, When

FAR = timedelta(days=365.25 * FAR_YEARS)
_TOO_FAR = f"it is more than {FAR_YEARS} years ahead"
_PASSED = "it has passed already"
_IN_DAYS = {"days": 1, "weeks": 7}


class Unclear(Exception):
    """The phrase stands for no moment to come; the text is the reason, without a full stop."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in UTC; `note` tells what a reader would not expect."""

    at: datetime
    note: str = ""


def resolve(when: When, now: datetime, zone: tzinfo, default: time, *, all_day: bool) -> Moment:
    """The moment that is meant, always after `now`.

    A day without a time means `default`; with `all_day`, today means 23:59 once that has passed.

    Raises Unclear for what is impossible, has passed, is more than ten years ahead, or carries a doubt; ValueError or
    OverflowError beyond the years that a date can have.
    """
    if when.doubt:
        raise Unclear(when.doubt)
    moment = _resolve(when, now, zone, default, all_day=all_day)
    if moment.at - now > FAR:
        raise Unclear(_TOO_FAR)
    return _coming(moment, now)


def before(length: Ahead, due: datetime, now: datetime, zone: tzinfo) -> Moment:
    """So long before the due time: minutes and hours by the clock, the rest by the calendar at the same time of day.

    Raises Unclear when that has passed; ValueError or OverflowError beyond the years that a date can have.
    """
    if length.exact:
        return _coming(Moment(due - _span(length)), now)
    local = due.astimezone(zone).replace(tzinfo=None)
    day = _ahead(local.date(), -length.count, length.unit)
    return _coming(next(_instants(day, Clock(local.time()), zone)), now)


def _coming(moment: Moment, now: datetime) -> Moment:
    if moment.at <= now:
        raise Unclear(_PASSED)
    return moment


def _resolve(when: When, now: datetime, zone: tzinfo, default: time, *, all_day: bool) -> Moment:
    if isinstance(when.day, Ahead) and when.day.exact:
        return Moment(_to_the_minute(now.astimezone(UTC) + _span(when.day)))
    today = now.astimezone(zone).date()
    days = list(_days(when.day, today))
    only_today = when.clock is None and days == [today]
    clocks = [when.clock or Clock(default)] + ([Clock(LAST_MINUTE)] if only_today and all_day else [])
    shown = (moment for day in days for clock in clocks for moment in _instants(day, clock, zone))
    coming = next((moment for moment in shown if moment.at > now), None)
    if coming is None:
        raise Unclear(f"today {default:%H:%M} has passed; say a time" if only_today else _PASSED)
    return coming


def _days(day: Day | None, today: date) -> Iterator[date]:
    """The days that may be meant, in the order in which they are tried."""
    match day:
        case None:
            yield from (today, today + timedelta(days=1))
        case Weekday(number, next_week):
            monday = today - timedelta(days=today.weekday())
            ahead = (number - today.weekday()) % 7
            first = monday + timedelta(days=7 + number) if next_week else today + timedelta(days=ahead)
            yield from (first,) if next_week else (first, first + timedelta(days=7))
        case NextWeek():
            yield today + timedelta(days=7 - today.weekday())
        case Ahead(count, unit):
            yield _ahead(today, count, unit)
        case Calendar():
            yield _calendar_day(day, today)


def _calendar_day(said: Calendar, today: date) -> date:
    years = (said.year,) if said.year is not None else (today.year, today.year + 1)
    there = [day for year in years if (day := _date(year, said)) is not None]
    if not 1 <= said.month <= 12:
        raise Unclear(f"there is no month {said.month}")
    if not there:
        raise Unclear(f"there is no {said.day} {_month(said)} in {' or '.join(map(str, years))}")
    coming = [day for day in there if day >= today]
    if not coming:
        raise Unclear(_PASSED)
    if said.weekday not in (None, coming[0].weekday()):
        name = WEEKDAYS[coming[0].weekday()]
        raise Unclear(f"{said.day} {_month(said)} {coming[0].year} is a {name}")
    return coming[0]


def _date(year: int, said: Calendar) -> date | None:
    try:
        return date(year, said.month, said.day)
    except ValueError:
        return None


def _month(said: Calendar) -> str:
    return MONTHS[said.month - 1]


def _ahead(day: date, count: int, unit: str) -> date:
    """A day so many days, weeks or months on; a month without that day ends earlier."""
    if unit in _IN_DAYS:
        return day + timedelta(days=count * _IN_DAYS[unit])
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _span(length: Ahead) -> timedelta:
    return timedelta(minutes=length.count if length.unit == "minutes" else 60 * length.count)


def _to_the_minute(at: datetime) -> datetime:
    """The nearest full minute, which is what the preview shows."""
    return (at + timedelta(seconds=30)).replace(second=0, microsecond=0)


def _instants(day: date, clock: Clock, zone: tzinfo) -> Iterator[Moment]:
    """The moment at which the clocks show this, or both when they show it twice."""
    local = datetime.combine(day + timedelta(days=clock.ends_day), clock.at)
    first = local.replace(tzinfo=zone).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) != local:
        yield Moment(first, f"the clocks change and skip {local:%H:%M}")
    elif second != first:
        yield Moment(first, f"the first {local:%H:%M}, before the clocks change")
        yield Moment(second, f"the second {local:%H:%M}, after the clocks change")
    else:
        yield Moment(first, f"the midnight that ends {WEEKDAYS[day.weekday()]}" if clock.ends_day else "")
