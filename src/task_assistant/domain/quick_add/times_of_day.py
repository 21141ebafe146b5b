"""Times of day as people write them: `9am`, `9:30`, `17h`, `noon`."""

from __future__ import annotations

import re
from datetime import time

from task_assistant.domain.quick_add.vocabulary import CLOCK_WORDS
from task_assistant.domain.quick_add.when import Clock, When

END = r"(?![^ ])"
_NAMES = "|".join(CLOCK_WORDS)
_CLOCK = re.compile(
    r"(?:(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))? ?(?P<half>[ap])\.?m"
    r"|(?P<hour24>[0-9]{1,2}):(?P<minute24>[0-9]{2})"
    r"|(?P<h>[0-9]{1,2})h(?P<h_minute>[0-9]{2})?"
    rf"|(?P<name>{_NAMES})){END}"
)
_BARE_HOUR = re.compile(rf"(?P<hour>[0-9]{{1,2}}){END}")

Found = tuple[When, int]


def read(text: str, at: int, *, led: bool) -> Found | None:
    """The time of day at this place and where it ends; `led` when "at" stands before it.

    One that cannot be carries a doubt, and so does a bare `3h` up to 12h: 03:00, or a length?
    """
    match = _CLOCK.match(text, at)
    if match is None:
        return None
    if match["name"]:
        clock = Clock(CLOCK_WORDS[match["name"]], ends_day=match["name"] == "midnight")
        return When(clock=clock), match.end()
    hour = int(match["hour"] or match["hour24"] or match["h"])
    minute = int(match["minute"] or match["minute24"] or match["h_minute"] or 0)
    if match["h"] and not match["h_minute"] and hour <= 12 and not led:
        return When(doubt=f"{hour}h may be a time or a length; write {hour}:00 or in {hour}h"), match.end()
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0) if 1 <= hour <= 12 else 99
    return _time(hour, minute, match.group()), match.end()


def read_hour(text: str, at: int) -> Found | None:
    """A bare hour after "at": 13 to 23 can be only one time, 0 to 12 may be two."""
    match = _BARE_HOUR.match(text, at)
    if match is None:
        return None
    hour = int(match["hour"])
    if hour <= 12:
        doubt = f"“at {hour}” may be morning or evening; write {hour % 12 or 12}am or {hour % 12 or 12}pm"
        return When(doubt=doubt), match.end()
    return _time(hour, 0, match.group()), match.end()


def _time(hour: int, minute: int, typed: str) -> When:
    if hour > 23 or minute > 59:
        return When(doubt=f"{typed} is no time of day")
    return When(clock=Clock(time(hour, minute)))
