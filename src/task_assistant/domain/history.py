"""History: what an event says, and how a change of a task becomes one. Values in `changes` are plain JSON data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from task_assistant.domain.plain import to_plain
from task_assistant.domain.task import Task


class EventType(StrEnum):
    """Every kind of event; part of the wire contract."""

    CREATED = "created"
    EDITED = "edited"
    UPDATED_FROM_SOURCE = "updated_from_source"
    SOURCE_CLOSED = "source_closed"
    ASSIGNED = "assigned"
    DEFERRED = "deferred"
    BLOCKED = "blocked"
    ANSWERED = "answered"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    DELETED = "deleted"
    PURGED = "purged"
    CLAIMED = "claimed"
    RESUMED = "resumed"
    PROGRESS = "progress"
    ASKED = "asked"
    SUBMITTED = "submitted"
    RELEASED = "released"
    LEASE_EXPIRED = "lease_expired"
    PARKED = "parked"
    COMMENTED = "commented"
    REMINDED = "reminded"
    ASSESSED = "assessed"
    LEARNING_RESET = "learning_reset"
    UNDONE = "undone"
    CALENDAR_CHANGED = "calendar_changed"
    KEY_CREATED = "key_created"
    KEY_REVOKED = "key_revoked"
    AGENTS_PAUSED = "agents_paused"
    AGENTS_RESUMED = "agents_resumed"
    SOURCE_CHANGED = "source_changed"
    PREFERENCES_CHANGED = "preferences_changed"
    WEBHOOK_CHANGED = "webhook_changed"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only history. `seq` is 0 until the store has given it its place in the feed.

    Internal: `lesson` is what readiness learns from a decision of the person, without texts; it survives a purge.
    """

    id: str
    type: EventType
    actor: str
    via: str
    at: datetime
    task_id: int | None = None
    version: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    text: str | None = None
    undoes: str | None = None
    request_id: str | None = None
    lesson: dict[str, Any] | None = None
    seq: int = 0


# The task's fields that history tells, by wire name. `due_at` is the given deadline: null while it is estimated.
_NAMES = """
    title description status assignee agent origin priority due_at reminder_at reminder_last_sent_at source_name
    source_url source_context source_state external_id labels depends_on deferred_until review private claim
    question result proposal recurrence completed_at deleted_at
"""
TRACKED: dict[str, str] = {name: {"due_at": "due"}.get(name, name) for name in _NAMES.split()}


def changes(before: Task | None, after: Task) -> dict[str, tuple[Any, Any]]:
    """Field by field what differs, as [before, after] in plain data; a new task shows what is not empty."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, attribute in TRACKED.items():
        old = getattr(before, attribute) if before is not None else None
        new = getattr(after, attribute)
        if old != new and not (before is None and new in ((), False)):
            found[name] = (to_plain(old), to_plain(new))
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}
