"""What became of each field of the other tool, and the items that came out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from typing import Any, Literal

from task_assistant.domain import limits
from task_assistant.domain.times import from_text, to_text

Verdict = Literal["kept", "mapped", "not_mappable"]
WORKDAY_STARTS, WORKDAY_ENDS = time(9), time(17)  # as quick-add reads a day without a time
MARK = "…"


class Unreadable(ValueError):
    """The file is not of this format; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Frame:
    """When and in whose time zone a file is read: days without a time are the person's days."""

    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Note:
    """One field of the other tool: what became of it, in how many tasks, and into what or why."""

    field: str
    verdict: Verdict
    says: str
    count: int


@dataclass(slots=True)
class Imported:
    """The items of one file, in its order. `needs` names, by external id, what a task waits for."""

    origin: str
    source: str | None = None
    items: list[dict[str, Any]] = field(default_factory=list)
    needs: dict[str, list[str]] = field(default_factory=dict)
    _counts: Counter[tuple[str, Verdict, str]] = field(default_factory=Counter)
    _names: Counter[str] = field(default_factory=Counter)

    @property
    def notes(self) -> list[Note]:
        """All fields, kept ones first, in the order in which the file showed them."""
        order = ("kept", "mapped", "not_mappable")
        found = [Note(name, verdict, says, n) for (name, verdict, says), n in self._counts.items()]
        return sorted(found, key=lambda note: order.index(note.verdict))

    def kept(self, name: str, into: str) -> None:
        """The field came over as it is."""
        self._counts[name, "kept", into] += 1

    def mapped(self, name: str, how: str) -> None:
        """The field came over in another form."""
        self._counts[name, "mapped", how] += 1

    def lost(self, name: str, why: str) -> None:
        """There is no place for the field here."""
        self._counts[name, "not_mappable", why] += 1

    def left(self, row: Mapping[str, Any], known: Iterable[str], why: str) -> None:
        """Notes all fields of a row that say something and that nobody has read."""
        for name in sorted(row.keys() - set(known)):
            if row[name] not in (None, "", "None", [], {}, False, 0):
                self.lost(name, why)

    def stable_id(self, *parts: object) -> str:
        """An external id for a row without one: the same row gives the same; equal rows are numbered."""
        name = hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:24]
        self._names[name] += 1
        n = self._names[name]
        return f"{self.origin}:{name}" if n == 1 else f"{self.origin}:{name}.{n}"

    def add(self, external_id: str, title: str, context: Iterable[str | None] = (), **fields: Any) -> None:
        """One item; what is longer than a field takes is cut, and whole in the description or noted as cut."""
        title = " ".join(title.split())
        description = fields.pop("description", None) or None
        if len(title) > limits.TITLE:
            self.mapped("title", "cut to 240 characters; whole in the description")
            description = "\n\n".join(part for part in (title, description) if part)
            title = title[: limits.TITLE - 1] + MARK
        labels = tuple(
            dict.fromkeys(label[: limits.LABEL].strip() for label in fields.pop("labels", ()) if label)
        )
        if len(labels) > limits.LABELS:
            self.lost("labels", f"more than {limits.LABELS} labels of one task")
        said = {
            "title": title or "(without a title)",
            "description": self._cut("description", description, limits.DESCRIPTION),
            "labels": list(labels[: limits.LABELS]),
            "source_context": self._cut(
                "context", "\n".join(part for part in context if part), limits.SOURCE_CONTEXT
            ),
            "external_id": external_id,
            **fields,
        }
        self.items.append({name: value for name, value in said.items() if value not in (None, "", [])})

    def _cut(self, name: str, text: str | None, most: int) -> str | None:
        if text is None or len(text) <= most:
            return text or None
        self.lost(name, f"what is beyond {most:,} characters")
        return text[: most - 1] + MARK


def moment(text: str) -> str | None:
    """An RFC 3339 time in UTC, as the contract writes it; None for what is none."""
    try:
        return to_text(from_text(text.strip()))
    except ValueError:
        return None


def day(text: str, at: time, frame: Frame) -> str | None:
    """That time of a day such as 2026-05-09 in the person's zone; None for what is no day."""
    try:
        whole = datetime.combine(datetime.strptime(text.strip(), "%Y-%m-%d").date(), at, frame.zone)  # noqa: DTZ007
        return to_text(from_text(whole.isoformat()))
    except (ValueError, OverflowError):
        return None


def parsed(text: str) -> Any:
    """The JSON value of a file. Raises Unreadable."""
    try:
        return json.loads(text)
    except ValueError as problem:
        raise Unreadable(f"it is no JSON: {problem}") from None


def rows_of(value: Any, what: str) -> list[dict[str, Any]]:
    """A list of objects. Raises Unreadable."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Unreadable(f"it is no list of {what}")
    return value
