"""What a phrase about time says, before anybody asks what time it is now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from task_assistant.domain.quick_add.result import Kind
from task_assistant.domain.quick_add.vocabulary import Unit
from task_assistant.domain.recurrence import Wish


@dataclass(frozen=True, slots=True)
class Ahead:
    """So many units from now (or, for a reminder, before the due time)."""

    count: int
    unit: Unit

    @property
    def exact(self) -> bool:
        """Minutes and hours run by the clock; days, weeks and months go by the calendar and may carry a time."""
        return self.unit in ("minutes", "hours")


@dataclass(frozen=True, slots=True)
class Weekday:
    """0 is Monday. The next that comes, or the one in the week after this one (weeks begin on Monday)."""

    number: int
    next_week: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day of the calendar; without a year the next that comes. `weekday`: what the line says it is."""

    day: int
    month: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class NextWeek:
    """The Monday of the next week."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. `ends_day`: the midnight that ends the day it stands with."""

    at: time
    ends_day: bool = False


Day = Ahead | Weekday | Calendar | NextWeek


@dataclass(frozen=True, slots=True)
class When:
    """A day, a time of day, or both. With a `doubt` (a reason) it is not to be used."""

    day: Day | None = None
    clock: Clock | None = None
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """A reminder so long before the due time."""

    length: Ahead


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words `first` to `after` (excluded) of the words without a sign; a priority is its number."""

    first: int
    after: int
    kind: Kind
    said: When | Before | Wish | int
