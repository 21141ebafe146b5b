"""Phrases without a sign: a priority, or a day and a time with what leads to them. Finds them; takes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from task_assistant.domain.quick_add import days, every, times_of_day
from task_assistant.domain.quick_add.result import Kind
from task_assistant.domain.quick_add.vocabulary import LEADS, PREPOSITIONS, PRIORITIES, STARTERS
from task_assistant.domain.quick_add.when import Ahead, Before, Phrase, Weekday, When
from task_assistant.domain.recurrence import Wish

_PRIORITY = re.compile(f"(?:{'|'.join(PRIORITIES)}){times_of_day.END}")
_AT = f"(?:(?:{'|'.join(PREPOSITIONS)}) )?"
_LEADS = tuple((kind, re.compile(pattern.format(at=_AT))) for kind, pattern in LEADS)
_TIME_AFTER_DAY = re.compile("(?: (?P<at>at|@))? ")
_DAY_AFTER_TIME = re.compile(" (?:on )?")
_LOOKS_BACK = "it may look back; write defer to hide the task until then"
_BARE_HOUR = "an hour alone is too little; write it as 9am or 21:00"


def phrases(cores: Sequence[str]) -> list[Phrase]:
    """Every phrase, from left to right, the longest at each place; `cores` are the words to compare."""
    text = " ".join(cores)
    found: list[Phrase] = []
    n, at = 0, 0
    while n < len(cores):
        match = _phrase(text, at) if cores[n] in STARTERS or cores[n][:1].isdigit() else None
        kind, said, end = match or (None, None, at + len(cores[n]))
        after = n + 1 + text.count(" ", at, end)
        if kind is not None and said is not None:
            found.append(Phrase(n, after, kind, said))
        n, at = after, end + 1
    return found


def _phrase(text: str, at: int) -> tuple[Kind, When | Before | Wish | int, int] | None:
    if priority := _PRIORITY.match(text, at):
        return Kind.PRIORITY, PRIORITIES[priority.group()], priority.end()
    if again := every.read(text, at):
        return Kind.RECURRENCE, *again
    for kind, pattern in _LEADS:
        lead = pattern.match(text, at)
        if lead is None:
            continue
        if kind is Kind.REMINDER and (before := days.read_before(text, lead.end())):
            return kind, *before
        if when := _when(text, lead.end(), lead.group()):
            return kind, *when
    return None


def _when(text: str, at: int, lead: str) -> tuple[When, int] | None:
    if day := days.read(text, at, lead):
        when = _with_time(text, When(day[0]), day[1])
        looks_back = lead.startswith("from ") and isinstance(day[0], Weekday) and not day[0].next_week
        return (replace(when[0], doubt=_LOOKS_BACK), when[1]) if looks_back else when
    led = lead.endswith(("at ", "@ "))
    if clock := times_of_day.read(text, at, led=led):
        return _with_day(text, *clock, lead)
    if led and (hour := times_of_day.read_hour(text, at)):
        return When(doubt=hour[0].doubt or _BARE_HOUR), hour[1]
    return None


def _with_time(text: str, when: When, end: int) -> tuple[When, int]:
    """The day, with the time of day that follows it."""
    gap = _TIME_AFTER_DAY.match(text, end)
    if gap is None or (isinstance(when.day, Ahead) and when.day.exact):
        return when, end
    led = gap["at"] is not None
    clock = times_of_day.read(text, gap.end(), led=led)
    if clock is None and led:
        clock = times_of_day.read_hour(text, gap.end())
    return (replace(clock[0], day=when.day), clock[1]) if clock else (when, end)


def _with_day(text: str, when: When, end: int, lead: str) -> tuple[When, int]:
    """The time of day, with the day that follows it."""
    gap = _DAY_AFTER_TIME.match(text, end)
    day = days.read(text, gap.end(), lead) if gap else None
    if day is None or (isinstance(day[0], Ahead) and day[0].exact):
        return when, end
    return replace(when, day=day[0]), day[1]
