"""What a phrase says now, in the person's zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, tzinfo

from task_assistant.domain.following import begin
from task_assistant.domain.quick_add import moments, signs, spoken
from task_assistant.domain.quick_add.result import Kind
from task_assistant.domain.quick_add.signs import Reading
from task_assistant.domain.quick_add.vocabulary import WORKDAY_ENDS, WORKDAY_STARTS
from task_assistant.domain.quick_add.when import Before, Phrase, When
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.recurrence_words import words

# The time of a day that is said without one, and whether today means the whole of today.
DEFAULTS: dict[Kind, tuple[time, bool]] = {
    Kind.DUE: (WORKDAY_ENDS, True),
    Kind.REMINDER: (WORKDAY_STARTS, False),
    Kind.DEFERRAL: (WORKDAY_STARTS, False),
}


def read(phrase: Phrase, due: datetime | None, now: datetime, zone: tzinfo) -> Reading:
    """The value and its sentence, or the reason why there is none.

    `due` is what a reminder may come before, and what a series begins with.
    """
    if isinstance(phrase.said, int):
        return signs.priority(phrase.said)
    if isinstance(phrase.said, Wish):
        return _again(phrase.said, due, now, zone)
    try:
        moment = _moment(phrase, due, now, zone)
        return Reading(phrase.kind, moment.at, spoken.moment(phrase.kind, moment.at, moment.note, now, zone))
    except moments.Unclear as reason:
        return Reading(phrase.kind, None, str(reason))
    except (ValueError, OverflowError):
        return Reading(phrase.kind, None, spoken.NO_SUCH_YEAR)


def _again(wish: Wish, due: datetime | None, now: datetime, zone: tzinfo) -> Reading:
    """A recurrence, beginning at the due time or on its first date."""
    name = getattr(zone, "key", None)
    series = begin(wish, name or "UTC", zone, due, now)
    said = f"{words(series)}, {spoken.moment(Kind.DUE, series.starts_at, '', now, zone)}"
    return Reading(Kind.RECURRENCE, replace(wish, zone=name, starts_at=series.starts_at, clock=None), said)


def _moment(phrase: Phrase, due: datetime | None, now: datetime, zone: tzinfo) -> moments.Moment:
    if isinstance(phrase.said, When):
        default, all_day = DEFAULTS[phrase.kind]
        return moments.resolve(phrase.said, now, zone, default, all_day=all_day)
    if due is None or not isinstance(phrase.said, Before):
        raise moments.Unclear(spoken.NO_DUE)
    return moments.before(phrase.said.length, due, now, zone)
