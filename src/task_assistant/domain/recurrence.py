"""What a task that comes again says of itself; its dates: `domain.rrule`, what comes next: `domain.following`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How a task comes again: an RRULE (RFC 5545) in its canonical form, and what it counts from.

    `starts_at` is the date of this instance in its series, whatever became of its deadline since; times of day are
    those of the time zone `zone`, summer and winter. `after_done` counts from when the instance was closed instead.
    A COUNT in the rule counts the dates that are left, this one included.
    """

    rule: str
    zone: str
    starts_at: datetime
    after_done: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A recurrence as somebody says it: a zone and a beginning may be left to the server.

    `clock` is the time of day for a task without a deadline; None: the end of the working day.
    """

    rule: str
    after_done: bool = False
    zone: str | None = None
    starts_at: datetime | None = None
    clock: time | None = None
