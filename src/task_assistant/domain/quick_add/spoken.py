"""The sentences of the preview: what was understood, and why something was not."""

from __future__ import annotations

from datetime import datetime, tzinfo

from task_assistant.domain import limits
from task_assistant.domain.quick_add.result import Kind

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

LEADS: dict[Kind, str] = {Kind.DUE: "due", Kind.REMINDER: "reminder", Kind.DEFERRAL: "deferred until"}
NAMES: dict[Kind, str] = {
    Kind.PRIORITY: "priority",
    Kind.OWNER: "owner",
    Kind.LABEL: "label",
    Kind.DUE: "due time",
    Kind.REMINDER: "reminder",
    Kind.DEFERRAL: "deferral",
    Kind.RECURRENCE: "recurrence",
    Kind.PRIVATE: "private mark",
}
NO_TITLE = "No words are left for the title; say what is to be done"
EMPTY = "Say what is to be done"
NOT_TEXT = "The title has a character that is no text; take it out"
NO_DUE = "there is no due time for it to come before"
NO_SUCH_YEAR = "no date lies so far away"
INTERRUPTED = "another word stands in the middle of it"
TOO_MANY_LABELS = f"a task has at most {limits.LABELS} labels"


def moment(kind: Kind, at: datetime, note: str, now: datetime, zone: tzinfo) -> str:
    """As in "due Fri 27 Nov 09:00": with the year when it is not this one, and with the note."""
    local, here = at.astimezone(zone), now.astimezone(zone)
    year = "" if local.year == here.year else f" {local.year}"
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{year}"
    return f"{LEADS[kind]} {day} {local:%H:%M}" + (f" ({note})" if note else "")


def stays(typed: str, why: str) -> str:
    """Why something that looks understandable is still in the title."""
    return f"“{typed}” stays in the title: {why}"


def second(kind: Kind) -> str:
    """The reason for the second of a thing that a task has once."""
    return f"only the first {NAMES[kind]} counts"


def follows(kind: Kind) -> str:
    """The reason for a phrase with other words after it."""
    return f"other words follow; put it at the end to set the {NAMES[kind]}"


def belongs(word: str) -> str:
    """The reason for a phrase after a word that holds it in the title."""
    return f"it belongs to “{word}”"


def too_long(length: int, most: int) -> str:
    """The error for a title or line that is too long."""
    return f"The title may have {most} characters and has {length}; shorten it"
