"""Times in words, as a person in their time zone says them. Pure: `now` and the zone are passed in.

An estimate is never mistaken for a deadline: it begins with `~` and is never "late".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from task_assistant.domain import times

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEK = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """One time as the page shows it: `text` short, `exact` for hover and screen readers, `iso` for machines."""

    text: str
    exact: str
    iso: str
    late: bool = False
    estimated: bool = False


def due(at: datetime, now: datetime, zone: tzinfo, *, estimated: bool = False) -> Moment:
    """A due time: "2 h late", "today 15:00", "tomorrow", "Fri", "6 Dec"; an estimate as "~ Fri"."""
    exact = f"{_exact(at, zone)}, estimated from the priority" if estimated else _exact(at, zone)
    if estimated:
        return Moment(f"~ {_day(at, now, zone)}", exact, times.to_text(at), estimated=True)
    if at <= now:
        return Moment(f"{span(now - at)} late", exact, times.to_text(at), late=True)
    return Moment(soon(at, now, zone), exact, times.to_text(at))


def past(at: datetime, now: datetime, zone: tzinfo) -> Moment:
    """A time that has been: "40 s ago", "3 h ago", "yesterday", "6 Dec"."""
    far = now - at >= timedelta(days=1)
    text = _day(at, now, zone) if far else f"{span(now - at)} ago"
    return Moment(text, _exact(at, zone), times.to_text(at))


def soon(at: datetime, now: datetime, zone: tzinfo) -> str:
    """A time to come, with the hour where it matters: "today 15:00", "tomorrow", "Fri", "6 Dec 2027"."""
    day = _day(at, now, zone)
    return f"{day} {local(at, zone):%H:%M}" if day == "today" else day


def at(time: datetime, now: datetime, zone: tzinfo) -> Moment:
    """A time that nobody is measured by, past or to come: "today 15:00", "Fri", "6 Dec"."""
    return Moment(soon(time, now, zone), _exact(time, zone), times.to_text(time))


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "40 s", "12 min", "3 h", "2 d", "5 weeks"."""
    seconds = max(0, int(length.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count // WEEK} weeks" if unit == "d" and count >= 2 * WEEK else f"{count} {unit}"
    return f"{seconds} s"


def _day(at: datetime, now: datetime, zone: tzinfo) -> str:
    then, today = local(at, zone), local(now, zone)
    days = (then.date() - today.date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    if near:
        return near
    if 0 < days < WEEK:
        return DAYS[then.weekday()]
    date = f"{then.day} {MONTHS[then.month - 1]}"
    return date if then.year == today.year else f"{date} {then.year}"


def _exact(at: datetime, zone: tzinfo) -> str:
    then = local(at, zone)
    name = then.tzname() or "UTC"
    return f"{DAYS[then.weekday()]} {then.day} {MONTHS[then.month - 1]} {then.year}, {then:%H:%M} {name}"


def local(at: datetime, zone: tzinfo) -> datetime:
    """The time on the person's clock."""
    try:
        return at.astimezone(zone)
    except OverflowError:  # the last hours of the year 9999 have no local time east of Greenwich
        return at.astimezone(UTC)
