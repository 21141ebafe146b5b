"""Days as people write them: `today`, `next fri`, `in 3 days`, `3 dec`, `2026-12-03`, `3.12.`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from task_assistant.domain.quick_add.times_of_day import END
from task_assistant.domain.quick_add.vocabulary import DAY_WORDS, MONTHS, UNITS, WEEKDAYS
from task_assistant.domain.quick_add.when import Ahead, Before, Calendar, Day, NextWeek, Weekday


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_WEEKDAY = f"(?P<weekday>{_any(WEEKDAYS)})"
_MAYBE_WEEKDAY = f"(?:{_WEEKDAY} )?"
_DAY = "(?P<day>[0-9]{1,2})"
_NTH = f"{_DAY}(?:st|nd|rd|th)?"
_MONTH = f"(?P<month>{_any(MONTHS)})"
_MAYBE_YEAR = "(?: (?P<year>[0-9]{4}))?"
_LENGTH = rf"(?:(?P<count>[0-9]{{1,6}}) ?|an? )(?P<unit>{_any(UNITS)})"

_BEFORE = re.compile(rf"{_LENGTH} before(?: due)?{END}")


def _calendar(match: re.Match[str]) -> Calendar:
    said = match.groupdict()
    month, year, weekday = said["month"], said.get("year"), said.get("weekday")
    return Calendar(
        int(said["day"]),
        MONTHS[month] if month in MONTHS else int(month),
        int(year) if year else None,
        WEEKDAYS[weekday] if weekday else None,
    )


def _length(match: re.Match[str]) -> Ahead:
    return Ahead(int(match["count"] or 1), UNITS[match["unit"]])


def _weekday(match: re.Match[str]) -> Weekday:
    return Weekday(WEEKDAYS[match["weekday"]], next_week=match["week"] == "next")


# Tried in this order at a word.
_SHAPES: tuple[tuple[str, Callable[[re.Match[str]], Day]], ...] = (
    (f"(?P<word>{_any(DAY_WORDS)})", lambda match: Ahead(DAY_WORDS[match["word"]], "days")),
    (f"in {_LENGTH}", _length),
    ("(?P<count>[0-9]{1,3})(?P<unit>[dw])", _length),
    (f"{_MAYBE_WEEKDAY}(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})", _calendar),
    (f"{_MAYBE_WEEKDAY}{_NTH} (?:of )?{_MONTH}{_MAYBE_YEAR}", _calendar),
    (f"{_MAYBE_WEEKDAY}{_MONTH} {_NTH}{_MAYBE_YEAR}", _calendar),
    (rf"{_MAYBE_WEEKDAY}{_DAY}\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>[0-9]{{4}})?", _calendar),
    (f"(?:(?P<week>next|this) )?{_WEEKDAY}", _weekday),
)
_DAYS = tuple((re.compile(shape + END), build) for shape, build in _SHAPES)
_NEXT_WEEK = re.compile("next week" + END)


def read(text: str, at: int, lead: str = "") -> tuple[Day, int] | None:
    """The day at this place and where it ends.

    "next week" counts only after a word that leads to a time: "plan next week" is a title.
    """
    for shape, build in _DAYS:
        if match := shape.match(text, at):
            return build(match), match.end()
    if lead and (match := _NEXT_WEEK.match(text, at)):
        return NextWeek(), match.end()
    return None


def read_before(text: str, at: int) -> tuple[Before, int] | None:
    """`2h before`: how long before the due time."""
    match = _BEFORE.match(text, at)
    return (Before(_length(match)), match.end()) if match else None
