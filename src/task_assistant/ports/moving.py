"""Moving house: everything that a store keeps, part by part in an order of its own, and how it is written elsewhere.

What a store derives (lanes, counts, search, revisions) is not part of it: the store that loads derives it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from task_assistant.domain.history import Event
from task_assistant.domain.records import Record
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document

Part = Literal["task", "entry", "event", "document"]
PARTS: tuple[Part, ...] = ("task", "entry", "event", "document")


@dataclass(frozen=True, slots=True)
class Kept:
    """A task, and what a store knows beside it: when it was written, and who has ever held it, in order of name.

    `digest` names the external id that a purged task had, so that ingest does not create it again.
    """

    task: Task
    written_at: datetime
    workers: tuple[str, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """One entry of a task's file, with its text."""

    task_id: int
    record: Record


Item = Kept | Filed | Event | Document
Place = tuple[Any, ...]


def place(item: Item) -> Place:
    """Where an item stands among those of its part: by task id; task, kind and number; `seq`; kind and key.

    Texts are in the order of their code points.
    """
    if isinstance(item, Kept):
        return (item.task.id,)
    if isinstance(item, Filed):
        return (item.task_id, item.record.kind, item.record.n)
    if isinstance(item, Event):
        return (item.seq,)
    return (item.kind, item.key)


class Snapshot(Protocol):
    """A store as it was at one moment, whatever is written meanwhile; good for an hour."""

    async def count(self, part: Part) -> int:
        """How many items the part has, expired documents included."""

    async def read(self, part: Part, after: Place | None, limit: int) -> list[Item]:
        """The first items of the part beyond this place (None: from the beginning), in the order of their places."""
