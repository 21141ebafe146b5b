"""What an import answers: what was kept, mapped and not mappable, and what became of each task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from task_assistant.services.capture import Batch, Rejected
from task_assistant.wire.ingest import Item
from task_assistant.wire.work_answers import RejectedItem

Format = Literal["dump", "github", "taskwarrior", "todoist", "todotxt", "trello"]


class FieldNote(BaseModel):
    """One field of the other tool: into what it came (`kept`), how (`mapped`), or why it did not (`not_mappable`)."""

    field: str
    says: str
    count: int = Field(description="In how many places of the file.")


class ImportReport(BaseModel):
    """What an import did, or with `dry_run` would do. Sending the same file again creates nothing new."""

    format: Format
    dry_run: bool
    tasks: int = Field(description="How many tasks the file has.")
    created: int
    duplicates: int = Field(description="Those that were here already, by their external id.")
    updated: int = 0
    connected: Annotated[int, Field(description="Tasks that got their dependencies.")] = 0
    rejected: list[RejectedItem] = []
    kept: list[FieldNote] = []
    mapped: list[FieldNote] = []
    not_mappable: list[FieldNote] = []
    sha256: Annotated[str | None, Field(description="Of a dump: its checksum.")] = None


def read_items(
    items: Sequence[dict[str, Any]],
    around: dict[str, Any],
    explain: Callable[[ValidationError], list[dict[str, str]]],
    *,
    update: bool,
) -> Batch:
    """The items as a batch, each judged as a task of an ingest is; `around` holds what they have in common."""
    good: list[tuple[int, dict[str, Any]]] = []
    bad: list[Rejected] = []
    for index, raw in enumerate(items):
        try:
            good.append((index, Item.model_validate({**around, **raw}).given()))
        except ValidationError as problem:
            bad.append(Rejected(index, tuple(explain(problem))))
    return Batch(good, update=update, partial=True, rejected=bad)
