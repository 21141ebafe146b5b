"""What capture understood of what was typed: each line with its parts marked, before anything is created.

The preview and the capture itself read by the same function, so that what was shown is what is created.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from task_assistant.domain import lanes, limits
from task_assistant.domain.quick_add import Line, Pasted, Piece, keep, parse_lines
from task_assistant.domain.task import Lane, Task
from task_assistant.web.capture_source import EMAIL, Source, looks_like_email, read_source
from task_assistant.web.rows import WORDS, LaneWords

SHOWN = 50  # drafts that are spelled out; the others are counted


class How(StrEnum):
    """What several lines are: a task each, one task with a text, or an e-mail that a task comes from."""

    LINES = "lines"
    ONE = "one"
    EMAIL = "email"


LABELS = {
    How.LINES: "A task a line",
    How.ONE: "One task with a text",
    How.EMAIL: "An e-mail, kept as the source",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was understood: what was typed, and what it means. `keep` is how to have it back in the title."""

    kind: str
    typed: str
    sentence: str
    keep: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One task to be, and the lane that it lands in. With an `error` there is none.

    `usual` is what the settings added, in words.
    """

    title: str
    chips: tuple[Chip, ...] = ()
    doubts: tuple[str, ...] = ()
    error: str = ""
    typed: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    words: LaneWords = WORDS[Lane.TRIAGE]
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What would be created, in order, and what would not: `done` has its box ticked, `failed` says why.

    `choices` are the ways to read it, when there are several. `rest` is the text that capture would leave.
    """

    how: How
    drafts: tuple[Draft, ...] = ()
    done: tuple[str, ...] = ()
    failed: tuple[Draft, ...] = ()
    left_out: int = 0
    choices: tuple[How, ...] = ()
    rest: str = ""
    source: Source | None = None

    @property
    def guessed(self) -> str:
        """What the text looks like by itself."""
        return self.choices[0].value if self.choices else ""

    @property
    def shown(self) -> tuple[Draft, ...]:
        """Those that the preview spells out."""
        return self.drafts[:SHOWN]

    @property
    def unseen(self) -> int:
        """Drafts that the preview only counts."""
        return len(self.drafts) - len(self.shown)

    @property
    def unseen_doubts(self) -> int:
        """Those among them in which something looked understandable and stays in the title."""
        return sum(bool(draft.doubts) for draft in self.drafts[SHOWN:])

    def labels(self) -> list[tuple[str, str, bool]]:
        """The choices as value, words, and whether it is the one."""
        return [(how.value, LABELS[how], how is self.how) for how in self.choices]


def read(text: str, how: str, now: datetime, zone: tzinfo) -> Reading:
    """What was typed, as `how` says, or as it looks like when that does not fit."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    choices = _choices(text)
    chosen = next((each for each in choices if each == how), choices[0] if choices else How.LINES)
    return _READ[chosen](text, choices, now, zone)


def _choices(text: str) -> tuple[How, ...]:
    """The likely one first."""
    if looks_like_email(text):
        return (How.EMAIL, How.LINES, How.ONE)
    lines = sum(bool(line.strip()) for line in text.split("\n"))
    return (How.LINES, How.ONE) if lines > 1 else ()


def _lines(text: str, choices: tuple[How, ...], now: datetime, zone: tzinfo) -> Reading:
    pasted = parse_lines(text, now, zone)
    return Reading(
        How.LINES,
        tuple(_draft(line, now) for line in pasted.tasks),
        tuple(line.quick.title or line.quick.text for line in pasted.done),
        tuple(_draft(line, now) for line in pasted.failed),
        pasted.left_out,
        choices,
        _rest(text, pasted),
    )


def _one(text: str, choices: tuple[How, ...], now: datetime, zone: tzinfo) -> Reading:
    lines = text.split("\n")
    at = next((n for n, line in enumerate(lines) if line.strip()), 0)
    head, body = "\n".join(lines[: at + 1]), "\n".join(lines[at + 1 :]).strip("\n")
    pasted = parse_lines(head, now, zone)
    first = (*pasted.tasks, *pasted.failed, *pasted.done)[:1]
    drafts = [_draft(line, now, body) for line in first]
    if len(body) > limits.DESCRIPTION:
        words = f"The text has {len(body):,} characters; a task keeps at most {limits.DESCRIPTION:,}"
        return Reading(How.ONE, (), (), (Draft(drafts[0].title, error=words),), 0, choices, text)
    good = tuple(draft for draft in drafts if not draft.error)
    bad = tuple(draft for draft in drafts if draft.error)
    return Reading(How.ONE, good, (), bad, 0, choices, text if bad else "")


def _email(text: str, choices: tuple[How, ...], _now: datetime, _zone: tzinfo) -> Reading:
    source = read_source("", text)
    return Reading(How.EMAIL, (from_source(source),), choices=choices, source=source)


def from_source(source: Source) -> Draft:
    """The task that a source is about when nothing else was typed: its subject, word for word."""
    title = source.title or source.name
    return Draft(title, fields={"title": title, "source_name": source.name, "source_context": source.context}
                 | ({"origin": EMAIL} if source.origin else {}))  # fmt: skip


_READ = {How.LINES: _lines, How.ONE: _one, How.EMAIL: _email}


def _draft(line: Line, now: datetime, body: str = "") -> Draft:
    quick = line.quick
    fields = {} if quick.error else quick.given() | ({"description": body} if body else {})
    return Draft(
        quick.title,
        tuple(_chip(line, piece) for piece in quick.understood),
        tuple(piece.sentence for piece in quick.unsure),
        quick.error or "",
        quick.text,
        fields,
        lands(fields, now),
    )


def lands(fields: dict[str, Any], now: datetime) -> LaneWords:
    """How the pages name the lane that such a task is in."""
    new = Task(id=0, title="", created_at=now, updated_at=now, created_by="human")
    where = lanes.lane(new.having(**fields), now)
    return WORDS[where or Lane.TRIAGE]


def _chip(line: Line, piece: Piece) -> Chip:
    text = line.quick.text
    back = f"{line.start}:{line.start + len(text)}:{keep(text, piece)}"
    return Chip(piece.kind.value, text[piece.start : piece.end].strip(" ,;:"), piece.sentence, back)


def put_back(text: str, back: str) -> str:
    """The text after a chip's `keep`; the text itself when that is no such thing."""
    start, _, rest = back.partition(":")
    end, _, line = rest.partition(":")
    if not (
        start.isascii() and start.isdigit() and end.isascii() and end.isdigit() and len(start + end) < 16
    ):
        return text
    return text[: int(start)] + line + text[int(end) :]


def _rest(text: str, pasted: Pasted) -> str:
    """The lines that no task is made of though they say something; ticked ones are done, so they need not stay."""
    failed = {line.number for line in pasted.failed}
    lines = text.splitlines()
    if pasted.left_out:
        read_to = max(line.number for line in _all(pasted))
        failed |= set(range(read_to + 1, len(lines) + 1))
    return "\n".join(lines[n - 1] for n in sorted(failed))


def _all(pasted: Pasted) -> Sequence[Line]:
    return (*pasted.tasks, *pasted.done, *pasted.failed)
