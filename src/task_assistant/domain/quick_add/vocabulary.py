"""The words of quick-add, as tables. docs/quick-add.md names every one of them; a test compares.

All words are lower-case here and may be typed in any case.
"""

from __future__ import annotations

from datetime import time
from typing import Final, Literal

from task_assistant.domain import due_dates
from task_assistant.domain.quick_add.result import Kind
from task_assistant.domain.task import Owner

# A date without a time: a deadline is the end of the working day; a reminder or a deferral its start, because both may
# notify, and nobody wants that at midnight.
WORKDAY_STARTS: Final = time(9)
WORKDAY_ENDS: Final = due_dates.WORKDAY_ENDS
# "today" said after the working day still means today.
LAST_MINUTE: Final = time(23, 59)
FAR_YEARS: Final = 10

OWNERS: Final[dict[str, Owner]] = {
    "me": Owner.ME,
    "codex": Owner.CODEX,
    "agent": Owner.CODEX,
    "ai": Owner.CODEX,
    "nobody": Owner.UNASSIGNED,
}
PRIORITIES: Final[dict[str, int]] = {f"p{n}": n for n in range(1, 6)}

DAY_WORDS: Final[dict[str, int]] = {"today": 0, "tomorrow": 1, "tmr": 1}
_WEEKDAYS = """
    mon monday
    tue tues tuesday
    wed weds wednesday
    thu thur thurs thursday
    fri friday
    sat saturday
    sun sunday
"""
_MONTHS = """
    jan january
    feb february
    mar march
    apr april
    may
    jun june
    jul july
    aug august
    sep sept september
    oct october
    nov november
    dec december
"""


def _numbered(table: str, first: int) -> dict[str, int]:
    lines = enumerate(table.split("\n")[1:-1], start=first)
    return {word: number for number, line in lines for word in line.split()}


WEEKDAYS: Final = _numbered(_WEEKDAYS, first=0)
MONTHS: Final = _numbered(_MONTHS, first=1)
Unit = Literal["minutes", "hours", "days", "weeks", "months"]
UNITS: Final[dict[str, Unit]] = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "wk", "week", "weeks"), "weeks"),
    **dict.fromkeys(("month", "months"), "months"),
}
# After "every" and a number, or before "after done".
EVERY_UNITS: Final[dict[str, str]] = {
    **dict.fromkeys(("day", "days"), "DAILY"),
    **dict.fromkeys(("week", "weeks"), "WEEKLY"),
    **dict.fromkeys(("month", "months"), "MONTHLY"),
    **dict.fromkeys(("year", "years"), "YEARLY"),
}
WORKDAYS: Final = frozenset({"weekday", "workday"})
CLOCK_WORDS: Final[dict[str, time]] = {"noon": time(12), "midnight": time(0), "eod": WORKDAY_ENDS}

# What may stand before a date or a time, and what it then is. Tried in this order; {at} is any of PREPOSITIONS, or not.
PREPOSITIONS: Final = ("on", "by", "at", "@")
LEADS: Final[tuple[tuple[Kind, str], ...]] = (
    (Kind.REMINDER, "remind (?:me )?{at}"),
    (Kind.DEFERRAL, "(?:defer (?:(?:to|until|till) )?|later |from ){at}"),
    (Kind.DUE, "(?:due )?{at}"),
)
LEAD_WORDS: Final = frozenset({"remind", "defer", "later", "from", "due", *PREPOSITIONS})

# After one of these a date belongs to the title ("slides for monday", "since fri"), so it is not taken.
_BELONGS_TO = """
    a about after an and are around before between both during each every except for from is last my not of or our past
    per since than the their through till to until versus via vs was were with within without your & + / → ->
"""
BELONGS_TO: Final = frozenset(_BELONGS_TO.split())
# Names that end in a date word.
FIXED_NAMES: Final[dict[str, frozenset[str]]] = {
    "friday": frozenset({"black", "good"}),
    "monday": frozenset({"cyber", "easter", "whit"}),
    "tuesday": frozenset({"fat", "giving", "shrove", "super"}),
    "wednesday": frozenset({"ash"}),
    "thursday": frozenset({"maundy"}),
    "saturday": frozenset({"holy"}),
    "sunday": frozenset({"easter", "palm", "bloody"}),
    "noon": frozenset({"high"}),
}

# Every phrase begins with one of these or with a digit; so a backslash before them is all that keeps a phrase.
STARTERS: Final = frozenset().union(
    *(PRIORITIES, DAY_WORDS, WEEKDAYS, MONTHS, CLOCK_WORDS, LEAD_WORDS, ("in", "next", "this", "every"))
)
