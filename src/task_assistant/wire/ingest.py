"""Bodies of adapters: tasks extracted from a context, source health, and the memory of what was ingested.

An ingest envelope is validated in two steps, so that a bad task can be named by its index or, in a partial batch, be
rejected alone: `Envelope` takes the items as they came, `read_items` judges each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator, ValidationError

from task_assistant.domain import limits
from task_assistant.wire.fields import Count, Flag, Link, Slug, TaskId, Text, Time
from task_assistant.wire.problems import BODY
from task_assistant.wire.requests import UNSENT, Request
from task_assistant.wire.tasks import NewTask, SourceContext, SourceName


class Item(NewTask):
    """A task of a batch: every field of a new task. The envelope's origin wins; its own `source_*` fields win."""


ON_DUPLICATE = (
    "`update` brings known tasks up to date where nobody edited them: an agent's key those that it brought, an "
    "adapter's those of its origins. All others stay as they are."
)
WHOLE_TASK = "task"  # where an error is about the item and not about a field of it


def _as_it_came(value: Any) -> Any:
    return value


class Envelope(Request):
    """Tasks out of one context. Only `external_id` identifies a task, so a batch may be sent again without harm."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "origin": "email",
            "source_name": "Gmail thread from Alice",
            "source_url": "https://mail.google.com/...",
            "source_context": "Alice asked for revised numbers by Friday.",
            "tasks": [
                {
                    "title": "Send Alice revised numbers",
                    "assignee": "me",
                    "priority": 2,
                    "reminder_at": "2026-05-07T09:00:00Z",
                }
            ],
        },
    )

    origin: Slug
    source_name: SourceName | None = None
    source_url: Link | None = None
    source_context: SourceContext | None = None
    partial: Annotated[
        Flag, Field(description="Takes the good tasks and answers the bad ones in `rejected`.")
    ] = False
    on_duplicate: Annotated[Literal["ignore", "update"], Field(description=ON_DUPLICATE)] = "ignore"
    tasks: Annotated[
        tuple[Annotated[Any, PlainValidator(_as_it_came, json_schema_input_type=Item)], ...],
        Field(min_length=1, max_length=limits.BATCH),
    ]


@dataclass(frozen=True, slots=True)
class ReadItems:
    """The good items by index (domain names and types), and what is wrong with each of the others."""

    good: list[tuple[int, dict[str, Any]]]
    bad: list[tuple[int, list[dict[str, str]]]]


def read_items(envelope: Envelope, explain: Callable[[ValidationError], list[dict[str, str]]]) -> ReadItems:
    """Judges each item; `explain` turns a validation error into `{"field","message"}` entries."""
    shared = envelope.given()
    around = {
        name: shared[name] for name in ("source_name", "source_url", "source_context") if name in shared
    }
    found = ReadItems([], [])
    for index, raw in enumerate(envelope.tasks):
        try:
            item = Item.model_validate(raw)
        except ValidationError as problem:
            found.bad.append((index, [_of_item(error) for error in explain(problem)]))
        else:
            found.good.append((index, around | item.given() | {"origin": envelope.origin}))
    return found


def _of_item(error: dict[str, str]) -> dict[str, str]:
    return {**error, "field": WHOLE_TASK} if error["field"] == BODY else error


SourceId = Annotated[str, Text(limits.EXTERNAL_ID, trim=True, blank=False)]
SOURCE_STATUSES = (
    "healthy",
    "degraded",
    "unavailable",
    "reauth_required",
    "misconfigured",
    "rate_limited",
    "failed",
)


class SourceReport(Request):
    """How a source is doing, from its adapter. An older report than the stored one is ignored."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "source_id": "gmail-inbox",
            "source_name": "Gmail inbox",
            "adapter_type": "email",
            "status": "healthy",
            "items_checked": 40,
            "created": 2,
            "checked_at": "2026-05-07T09:00:00Z",
        },
    )

    source_id: SourceId
    source_name: Annotated[str, Text(limits.SOURCE_NAME, trim=True, blank=False)]
    adapter_type: Annotated[str, Text(limits.LABEL, trim=True, blank=False)]
    status: Literal[
        "healthy", "degraded", "unavailable", "reauth_required", "misconfigured", "rate_limited", "failed"
    ]
    items_checked: Count | None = None
    candidates: Count | None = None
    created: Count | None = None
    duplicates: Count | None = None
    ignored: Count | None = None
    suppressed: Count | None = None
    error_code: Annotated[str, Text(limits.EXTERNAL_ID)] | None = None
    error_message: Annotated[str, Text(limits.SUMMARY)] | None = None
    action_url: Annotated[Link, Field(description="Where the person can repair it.")] | None = None
    checked_at: Annotated[
        Time | None, Field(description="At most five minutes ahead; now when left out.")
    ] = None


Fingerprint = Annotated[str, Text(limits.EXTERNAL_ID, blank=False)]


class SourceItem(Request):
    """One item of a source, and what its content looks like."""

    source_item_id: SourceId
    content_fingerprint: Fingerprint


class IngestionCheck(Request):
    """Asks which items need a look."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"source_id": "gmail-inbox", "items": [{"source_item_id": "msg-1", "content_fingerprint": "9f2c"}]},
    )

    source_id: SourceId
    items: Annotated[tuple[SourceItem, ...], Field(min_length=1, max_length=limits.BATCH)]


class IngestionDecision(Request):
    """What became of an item. `failed`, a changed fingerprint or a passed `revisit_after` means: process it again."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {
            "source_id": "gmail-inbox",
            "source_item_id": "msg-1",
            "content_fingerprint": "9f2c",
            "decision": "ignored",
            "reason": "newsletter",
            "decided_by": "adapter",
        },
    )

    source_id: SourceId
    source_item_id: SourceId
    content_fingerprint: Fingerprint
    decision: Literal["created", "duplicate", "ignored", "needs_review", "failed"]
    reason: Annotated[str, Text(limits.NOTE)] | None = None
    decided_by: Literal["adapter", "agent", "human", "system"]
    task_id: TaskId | None = None
    revisit_after: Time | None = None


class ReminderSent(Request):
    """When the person was reminded; now when left out."""

    at: Time = UNSENT
