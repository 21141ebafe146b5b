"""The sorts of lists and queue, each as one key function; `id` last makes every order total."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum

from task_assistant.domain.ranking import score
from task_assistant.domain.task import Owner, Task

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OWNERS = (Owner.ME, Owner.CODEX, Owner.UNASSIGNED)
Key = tuple[int, ...]


class Sort(StrEnum):
    """The sorts that the wire contract names."""

    SMART = "smart"
    DUE = "due"
    CREATED = "created"
    UPDATED = "updated"
    PRIORITY = "priority"
    OWNER = "owner"


def micros(at: datetime) -> int:
    """Microseconds since 1970, exact for every year (a float would not be)."""
    delta = at - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


KEYS: dict[Sort, Callable[[Task, datetime], Key]] = {
    Sort.SMART: lambda t, now: (-score(t, now), micros(t.due_at), t.id),
    Sort.DUE: lambda t, _: (micros(t.due_at), t.id),
    Sort.CREATED: lambda t, _: (-micros(t.created_at), -t.id),
    Sort.UPDATED: lambda t, _: (-micros(t.updated_at), -t.id),
    Sort.PRIORITY: lambda t, _: (t.priority, micros(t.due_at), t.id),
    Sort.OWNER: lambda t, _: (OWNERS.index(t.assignee), micros(t.due_at), t.id),
}


def key(task: Task, sort: Sort, now: datetime) -> Key:
    """What the task sorts by, ascending; also the position that a cursor holds."""
    return KEYS[sort](task, now)
