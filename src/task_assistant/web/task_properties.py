"""The properties of a task, each with how it is changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Literal

from task_assistant.domain.quick_add import every
from task_assistant.domain.recurrence_words import words
from task_assistant.domain.task import Owner, Task
from task_assistant.web import moments
from task_assistant.web.moments import Moment
from task_assistant.web.task_words import REVIEW, STATUS, Reader, owners

PRIORITIES = {1: "P1, most urgent", 2: "P2", 3: "P3", 4: "P4", 5: "P5, least urgent"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Property:
    """One line: its name on the wire, its label, what it says now, and the field that changes it.

    `kind` choice: one of `choices`. `time`: `moment` if there is one, `value` for the field, in the person's zone.
    `text`: `value` as it stands in the field. `hint` says what the field takes.
    """

    name: str
    label: str
    kind: Literal["choice", "time", "text"]
    shown: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    moment: Moment | None = None
    hint: str = ""


def properties(task: Task, reader: Reader) -> tuple[Property, ...]:
    """In the order in which the page shows them."""
    agent = (_text("agent", "Only for", task.agent or "", "any agent", "the name of one agent's key"),)
    return (
        _choice("status", "Status", STATUS, task.status),
        _choice("assignee", "Owner", owners(), task.assignee),
        *(agent if task.assignee is Owner.CODEX else ()),
        _choice("priority", "Priority", PRIORITIES, task.priority),
        _due(task, reader),
        _time("reminder_at", "Reminder", task.reminder_at, reader),
        _time("deferred_until", "Deferred until", task.deferred_until, reader),
        _again(task),
        _text("labels", "Labels", _labels(task.labels), "none", "with commas between them"),
        _choice("review", "Result", REVIEW, task.review),
        _choice(
            "private", "Seen by", {"false": "Agents and you", "true": "Only you"}, str(task.private).lower()
        ),
    )


def _choice(name: str, label: str, words: Mapping[Any, str], now: object) -> Property:
    choices = tuple(Choice(str(_plain(value)), text, value == now) for value, text in words.items())
    return Property(name, label, "choice", shown=words[now], choices=choices)


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _due(task: Task, reader: Reader) -> Property:
    moment = moments.due(task.due_at, reader.now, reader.zone, estimated=task.due_is_estimated)
    hint = "Empty: estimated from the priority."
    return Property("due_at", "Due", "time", value=_local(task.due, reader), moment=moment, hint=hint)


def _time(name: str, label: str, at: datetime | None, reader: Reader) -> Property:
    moment = moments.at(at, reader.now, reader.zone) if at else None
    return Property(name, label, "time", shown="none", value=_local(at, reader), moment=moment)


def _again(task: Task) -> Property:
    """In words where they can be read back, else as the rule."""
    series, hint = (
        task.recurrence,
        "Words will do: every friday, every 2 weeks, 3 days after done. Empty ends it.",
    )
    if series is None:
        return _text("recurrence", "Comes again", "", "never", hint)
    said = words(series)
    value = said if every.whole(said) else series.rule + (" after done" if series.after_done else "")
    return Property("recurrence", "Comes again", "text", shown=said, value=value, hint=hint)


def _local(at: datetime | None, reader: Reader) -> str:
    """The value of a date field, in the person's zone."""
    return f"{moments.local(at, reader.zone):%Y-%m-%d %H:%M}" if at else ""


def _text(name: str, label: str, value: str, empty: str, hint: str) -> Property:
    return Property(name, label, "text", shown=value.rstrip(",") or empty, value=value, hint=hint)


def _labels(labels: tuple[str, ...]) -> str:
    """As one line; the comma at the end keeps a single label with a space in one piece."""
    return ", ".join(labels) + ("," if len(labels) == 1 and " " in labels[0] else "")
