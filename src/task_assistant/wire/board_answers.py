"""Answers that are about no single task: events, keys, sources, the server."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from task_assistant.domain.history import EventType
from task_assistant.wire import examples
from task_assistant.wire.task_answers import Answer


class Event(Answer):
    """One line of the append-only history."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.EVENT]})

    seq: int
    id: str
    type: EventType
    task_id: int | None
    actor: str
    via: Literal["browser", "cli", "api", "mcp", "system"]
    at: datetime
    version: int | None
    changes: dict[str, Annotated[list[Any], Field(min_length=2, max_length=2)]]
    request_id: str | None
    text: str | None = None
    undoes: str | None = None


class EventPage(Answer):
    """Events after a position, the position to go on from, and that of the newest event of all."""

    events: list[Event]
    next: int
    newest: int


class Me(Answer):
    """Who the caller is, and what this server can do."""

    name: str
    role: Literal["owner", "agent", "adapter", "reader"]
    actor: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    may_relay: bool
    task_id: int | None
    version: str
    features: list[str]


class Key(Answer):
    """A key without its secret."""

    id: str
    role: Literal["owner", "agent", "adapter", "reader"]
    name: str
    labels: list[str]
    origins: list[str]
    may_assign: bool
    may_triage: bool
    may_relay: bool
    created_at: datetime
    last_used_at: datetime | None


class MintedKey(Key):
    """A new key with its secret in `key`, which is shown this once."""

    key: str


class CalendarAddress(Answer):
    """The address of the calendar feed: since when there is one (null: there is none), told in full only when made."""

    created_at: datetime | None
    url: str | None


class PausedAgents(Answer):
    """Who is paused now: names, `*` for all."""

    paused: list[str]


class Source(Answer):
    """How a source is doing."""

    source_id: str
    source_name: str
    adapter_type: str
    status: str
    items_checked: int | None
    candidates: int | None
    created: int | None
    duplicates: int | None
    ignored: int | None
    suppressed: int | None
    error_code: str | None
    error_message: str | None
    action_url: str | None
    last_checked_at: datetime
    last_success_at: datetime | None
    last_error_at: datetime | None
    stale: bool


class Decision(Answer):
    """What became of an item of a source."""

    content_fingerprint: str
    decision: Literal["created", "duplicate", "ignored", "needs_review", "failed"]
    reason: str | None
    decided_by: str
    task_id: int | None
    revisit_after: datetime | None
    decided_at: datetime


class CheckedItem(Answer):
    """Whether an item needs a look, and what was decided about it before."""

    source_item_id: str
    content_fingerprint: str
    should_process: bool
    existing_decision: Decision | None


class IngestionAnswer(Answer):
    """One answer for each item, in input order."""

    source_id: str
    items: list[CheckedItem]


class Healthy(Answer):
    """The process runs, or is ready to work."""

    status: Literal["ok"]
