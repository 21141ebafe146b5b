"""Purging: what remains of a task whose texts the person erased. Numbers, times and enums stay; words go."""

from __future__ import annotations

import hashlib
from datetime import datetime

from task_assistant.domain.task import Task


def erased(task: Task, now: datetime) -> Task:
    """The row that stays: deleted, with its numbers, without anything that somebody wrote (PRODUCT, rule 7).

    The `external_id` goes as well; a store keeps only its `external_digest`, so that ingest does not create it again.
    """
    return Task(
        id=task.id, title="", created_at=task.created_at, updated_at=task.updated_at, created_by=task.created_by,
        status=task.status, assignee=task.assignee, origin=task.origin, priority=task.priority, due=task.due,
        reminder_at=task.reminder_at, reminder_last_sent_at=task.reminder_last_sent_at, depends_on=task.depends_on,
        deferred_until=task.deferred_until, review=task.review, private=task.private, version=task.version,
        completed_at=task.completed_at, deleted_at=task.deleted_at or now, purged=True, failures=task.failures,
        rounds=task.rounds, numbers=task.numbers, revision=task.revision,
    )  # fmt: skip


def external_digest(external_id: str) -> str:
    """Names an external id without telling it: half of its SHA-256 in hex, as 128 bits are enough to be unique."""
    return hashlib.sha256(external_id.encode()).hexdigest()[:32]
