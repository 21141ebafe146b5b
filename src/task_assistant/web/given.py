"""From the texts of a form to what a use case takes, by the same models as the API's bodies.

A form knows only text: numbers, flags, lists and times are told apart by the field's name. Times may be words
("tomorrow", "fri 9am", as in quick-add) or what a date field sends, both in the person's zone, or RFC 3339.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any

from pydantic import ValidationError

from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.quick_add import parse
from task_assistant.web.forms import Form
from task_assistant.wire.problems import explain
from task_assistant.wire.requests import Request as Body

# What our forms carry beside the fields of the body.
RESERVED = frozenset({"csrf_token", "next", "version", "ids", "verb", "events"})
NUMBERS = frozenset({"priority", "round", "question_id"})
FLAGS = frozenset({"private", "force"})
TIMES = frozenset({"until", "due_at", "reminder_at", "deferred_until"})
EMPTY_IS_NOTHING = TIMES | {
    "agent",
    "recurrence",
    "description",
    "source_name",
    "source_url",
    "source_context",
    "note",
    "reason",
}
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
Read = Callable[[str], Any]


def given(model: type[Body], form: Form, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The fields that the form sent, as domain values. Raises InvalidFields."""
    names = form.names() - RESERVED
    said = {name: _value(name, form.all(name), now, zone) for name in names}
    try:
        return model.model_validate(said).given()
    except ValidationError as problem:
        raise InvalidFields(tuple(explain(problem))) from None


def _value(name: str, sent: list[str], now: datetime, zone: tzinfo) -> Any:
    last = sent[-1]
    if name == "labels":
        return [label for text in sent for label in _labels(text)]
    if name == "depends_on":
        return [_number(part.lstrip("#")) for text in sent for part in text.replace(",", " ").split()]
    if name in FLAGS:
        return last.lower() in ("true", "on", "1")
    if name in EMPTY_IS_NOTHING and not last.strip():
        return None
    if name in NUMBERS:
        return _number(last)
    return time_said(last, now, zone) if name in TIMES else last.replace("\r\n", "\n")


def _labels(text: str) -> list[str]:
    """With commas between them a label may have spaces in it, without any a space ends one."""
    parts = text.split(",") if "," in text else text.split()
    return [part.strip() for part in parts if part.strip()]


def _number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else text


def time_said(text: str, now: datetime, zone: tzinfo) -> Any:
    """The time that the text says to somebody in this zone; else the text itself, for the model to refuse."""
    text = text.strip()
    if local := _LOCAL.fullmatch(text):
        return _at(local[1], local[2], zone) or text
    words = f"{text} 9:00" if _DATE.fullmatch(text) else text
    read = parse(f"_ defer {words}", now, zone)
    if read.deferred_until is None or read.title != "_":
        return text
    return read.deferred_until.isoformat()


def _at(day: str, clock: str, zone: tzinfo) -> str | None:
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None
