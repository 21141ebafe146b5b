"""Recurrences as people write them: `every friday`, `every 2 weeks on mon and thu`, `3 days after done`."""

from __future__ import annotations

import re
from dataclasses import replace

from task_assistant.domain.quick_add import times_of_day
from task_assistant.domain.quick_add.times_of_day import END
from task_assistant.domain.quick_add.vocabulary import EVERY_UNITS, WEEKDAYS, WORKDAYS
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.rrule import DAYS, MOST_COUNT, MOST_INTERVAL, parse

_WEEKDAY = "(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + ")"
_WEEKDAYS = f"{_WEEKDAY}(?:,?(?: and| &)? {_WEEKDAY})*"
_UNIT = "(?:" + "|".join(sorted(EVERY_UNITS, key=len, reverse=True)) + ")"
_WORKDAY = "(?:" + "|".join(sorted(WORKDAYS, key=len, reverse=True)) + ")"
_HOW_OFTEN = "(?:(?P<n>[0-9]{1,4}) |(?P<other>other ))?"
_EVERY = re.compile(
    f"every {_HOW_OFTEN}(?:(?P<unit>{_UNIT})(?: on (?P<on>{_WEEKDAYS}))?|(?P<workday>{_WORKDAY})|(?P<days>{_WEEKDAYS}))"
    f"(?P<done> after (?:it is )?done)?{END}"
)
_AFTER_DONE = re.compile(f"(?:(?P<n>[0-9]{{1,4}}) ?|an? )(?P<unit>{_UNIT}) after (?:it is )?done{END}")
_TIME = re.compile("(?: (?P<at>at|@))? ")
_DONE = re.compile(f" after (?:it is )?done{END}")
_TIMES = re.compile(f" (?P<times>[0-9]{{1,5}}) times{END}")
STARTS = frozenset({"every", "a", "an"})  # or a digit


def read(text: str, at: int) -> tuple[Wish, int] | None:
    """The recurrence at this place of lower-case words, with its time of day, and where it ends."""
    match = _EVERY.match(text, at) or _AFTER_DONE.match(text, at)
    if match is None:
        return None
    said = match.groupdict()
    interval = 2 if said.get("other") else int(said["n"] or 1)
    daily_on = said.get("on") and EVERY_UNITS[said["unit"] or ""] == "DAILY"
    if daily_on or not 1 <= interval <= MOST_INTERVAL:
        return None
    wish = Wish(_rule(said, interval), bool(said.get("done")) or match.re is _AFTER_DONE)
    return _tail(text, wish, match.end())


def whole(text: str) -> Wish | None:
    """The recurrence that the whole text says, in any case; None when it says none."""
    words = " ".join(text.lower().replace(",", " ").split())
    found = read(words, 0)
    return found[0] if found is not None and found[1] == len(words) else None


def _rule(said: dict[str, str | None], interval: int) -> str:
    days = said.get("days") or said.get("on") or ""
    chosen = sorted({WEEKDAYS[word] for word in re.findall(_WEEKDAY + r"\b", days)})
    unit = said.get("unit")
    freq = EVERY_UNITS[unit] if unit else "WEEKLY"
    by_day = [DAYS[day] for day in chosen] if days else list(DAYS[:5]) if said.get("workday") else []
    parts = [f"FREQ={freq}", f"INTERVAL={interval}", *([f"BYDAY={','.join(by_day)}"] if by_day else [])]
    return str(parse(";".join(parts)))


def _tail(text: str, wish: Wish, end: int) -> tuple[Wish, int]:
    """A time of day, "after done" and "5 times", in any order, each once."""
    while True:
        if wish.clock is None and (gap := _TIME.match(text, end)):
            clock = times_of_day.read(text, gap.end(), led=gap["at"] is not None)
            if clock is not None and clock[0].clock is not None and not clock[0].clock.ends_day:
                wish, end = replace(wish, clock=clock[0].clock.at), clock[1]
                continue
        if not wish.after_done and (done := _DONE.match(text, end)):
            wish, end = replace(wish, after_done=True), done.end()
            continue
        times = _TIMES.match(text, end)
        if times is not None and "COUNT" not in wish.rule and 1 <= int(times["times"]) <= MOST_COUNT:
            rule = replace(parse(wish.rule), count=int(times["times"]))
            wish, end = replace(wish, rule=str(rule)), times.end()
            continue
        return wish, end
