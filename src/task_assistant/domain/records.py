"""Entries of a task's file: comments, questions, feedback, attempts, results, artifacts; and steps, which make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from task_assistant.domain.history import EventType
from task_assistant.domain.task import Task

RecordKind = Literal["comment", "question", "feedback", "attempt", "result", "artifact"]


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of a task's file, numbered within its kind; `data` is plain JSON. Writing the same number replaces it.

    `data=None` in a write removes the record. `text` is a long text kept apart (artifacts), read only by `record`.
    """

    kind: RecordKind
    n: int
    data: dict[str, Any] | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one command does to a task: the task after it, the event that tells it, and the entries that it writes.

    `type` None = silent: no event, no new version (heartbeats). `actor` overrides the caller for what the server itself
    decides. `lesson` is set where an undo takes one back. `extra` are changes of things that are no task field, told
    like fields (`feedback`, `comment`).
    """

    task: Task
    type: EventType | None
    text: str | None = None
    records: tuple[Record, ...] = ()
    actor: str | None = None
    extra: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    undoes: str | None = None
    lesson: dict[str, Any] | None = None
