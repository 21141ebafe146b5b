"""A text becomes tasks: each line that names one is read as quick-add; who wrote it decides what its words may do.

A prefix or sign that decides something (whose it is, hidden until, private, labels) counts only in text that the person
wrote. In other people's text it is a suggestion that the person reads, and the task waits for triage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final

from task_assistant.domain import limits
from task_assistant.domain.extraction.lines import TaskLine, task_lines
from task_assistant.domain.quick_add import Kind, parse
from task_assistant.domain.quick_add.result import FIELDS
from task_assistant.domain.task import Owner, Status

MEANS: Final[dict[str, dict[str, Any]]] = {
    "me": {"assignee": Owner.ME},
    "codex": {"assignee": Owner.CODEX},
    "review": {"status": Status.WAITING_REVIEW},
    "blocked": {"status": Status.BLOCKED},
    "todo": {},
}
SUGGESTS: Final = {
    "me": "for you", "codex": "for an AI agent", "review": "to be reviewed", "blocked": "blocked", "todo": "",
}  # fmt: skip
DECIDES: Final = frozenset({Kind.OWNER, Kind.DEFERRAL, Kind.PRIVATE, Kind.LABEL})
_DECIDED: Final = frozenset(FIELDS[kind] for kind in DECIDES)


@dataclass(frozen=True, slots=True)
class Found:
    """One task: its domain fields as `services.capture` takes them, `ticked` when its box is.

    `suggestion` says in words what other people's prefixes and signs propose; empty when there are none.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    ticked: bool = False
    suggestion: str = ""

    @property
    def title(self) -> str:
        """The title, never empty."""
        return str(self.fields["title"])


@dataclass(frozen=True, slots=True)
class Extraction:
    """The tasks of a text in its order, at most 500; `left_out` counts those beyond."""

    found: tuple[Found, ...] = ()
    left_out: int = 0


def extract(text: str, now: datetime, zone: tzinfo, *, mine: bool) -> Extraction:
    """The tasks that the text names, read at `now` (aware) in the person's `zone`. Never raises for any text.

    `mine`: the person wrote the text, so that its prefixes and signs count.
    """
    lines = list(task_lines(text.replace("\0", "")))
    found = [_found(line, now, zone, mine=mine) for line in lines[: limits.BATCH]]
    return Extraction(tuple(found), max(len(lines) - limits.BATCH, 0))


def _found(line: TaskLine, now: datetime, zone: tzinfo, *, mine: bool) -> Found:
    quick = parse(line.rest, now, zone)
    fields: dict[str, Any] = quick.given() if quick.error is None else {"title": shortened(line.rest)}
    if line.priority is not None:
        fields.setdefault("priority", line.priority)
    if mine:
        return Found(fields | MEANS.get(line.prefix, {}), line.ticked)
    decided = [piece.sentence for piece in quick.understood if piece.kind in DECIDES]
    said = [words for words in (SUGGESTS.get(line.prefix, ""), *decided) if words]
    return Found({n: v for n, v in fields.items() if n not in _DECIDED}, line.ticked, "; ".join(said))


def shortened(text: str) -> str:
    """The text as a title: one line, at most 240 characters, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limits.TITLE else line[: limits.TITLE - 1].rstrip() + "…"
