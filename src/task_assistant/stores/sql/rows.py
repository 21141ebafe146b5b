"""Tasks as rows and back. Booleans are 0 and 1, times microseconds, records and lists JSON text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson

from task_assistant.domain.calendar import dated_at
from task_assistant.domain.lanes import changes_by_itself_at
from task_assistant.domain.ordering import EPOCH, micros
from task_assistant.domain.ranking import base_score
from task_assistant.domain.reminders import remind_at
from task_assistant.domain.task import Owner, ReviewNeed, Status, Task
from task_assistant.stores.sql import contents
from task_assistant.stores.sql.shelves import shelf_of, woke_at
from task_assistant.stores.sql.statements import Row

STATUSES = {status.value: status for status in Status}
OWNERS = {owner.value: owner for owner in Owner}
REVIEWS = {review.value: review for review in ReviewNeed}

# The order in which `to_task` takes the columns.
COLUMNS = (
    *(
        "id",
        "title",
        "created_at",
        "updated_at",
        "created_by",
        "description",
        "status",
        "assignee",
        "agent",
        "origin",
    ),
    *(
        "priority",
        "due",
        "reminder_at",
        "reminder_last_sent_at",
        "source_name",
        "source_url",
        "source_context",
    ),
    *("source_state", "external_id", "labels", "depends_on", "deferred_until", "review", "private", "claim"),
    *(
        "question",
        "result",
        "proposal",
        "assessment",
        "recurrence",
        "version",
        "completed_at",
        "deleted_at",
        "purged",
        "failures",
        "rounds",
    ),
    *("sent_back", "numbers", "declined", "ingested", "open_dependencies", "unblocks", "revision"),
)


def time(stored: int) -> datetime:
    """The time of this many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=stored)


def stored(at: datetime | None) -> int | None:
    """The time as microseconds since 1970."""
    return None if at is None else micros(at)


def to_task(row: Row) -> Task:
    """The task of a row with `COLUMNS`."""
    # fmt: off
    (
        id_, title, created_at, updated_at, created_by, description, status, assignee, agent, origin,
        priority, due, reminder_at, reminder_last_sent_at, source_name, source_url, source_context,
        source_state, external_id, labels, depends_on, deferred_until, review, private, claim,
        question, result, proposal, assessment, recurrence, version, completed_at, deleted_at, purged, failures, rounds,
        sent_back, numbers, declined, ingested, open_dependencies, unblocks, revision,
    ) = row
    return Task(
        id_, title, time(created_at), time(updated_at), created_by, description,
        STATUSES[status], OWNERS[assignee], agent, origin, priority,
        None if due is None else time(due),
        None if reminder_at is None else time(reminder_at),
        None if reminder_last_sent_at is None else time(reminder_last_sent_at),
        source_name, source_url, source_context, source_state, external_id,
        () if labels is None else tuple(orjson.loads(labels)),
        () if depends_on is None else tuple(orjson.loads(depends_on)),
        None if deferred_until is None else time(deferred_until),
        REVIEWS[review], private == 1,
        None if claim is None else contents.claim(claim),
        None if question is None else contents.question(question),
        None if result is None else contents.result(result),
        None if proposal is None else contents.proposal(proposal),
        None if assessment is None else contents.assessment(assessment),
        None if recurrence is None else contents.recurrence(recurrence),
        version,
        None if completed_at is None else time(completed_at),
        None if deleted_at is None else time(deleted_at),
        purged == 1, failures, rounds, sent_back == 1,
        {} if numbers is None else orjson.loads(numbers),
        None if declined is None else contents.declined(declined),
        {} if ingested is None else orjson.loads(ingested),
        open_dependencies, unblocks, revision,
    )
    # fmt: on


def to_row(task: Task) -> dict[str, Any]:
    """The columns that hold the task itself, without `id` and `revision`."""
    return {
        "version": task.version,
        "status": task.status.value,
        "assignee": task.assignee.value,
        "agent": task.agent,
        "origin": task.origin,
        "priority": task.priority,
        "private": int(task.private),
        "review": task.review.value,
        "created_at": micros(task.created_at),
        "updated_at": micros(task.updated_at),
        "created_by": task.created_by,
        "due": stored(task.due),
        "reminder_at": stored(task.reminder_at),
        "reminder_last_sent_at": stored(task.reminder_last_sent_at),
        "deferred_until": stored(task.deferred_until),
        "completed_at": stored(task.completed_at),
        "deleted_at": stored(task.deleted_at),
        "purged": int(task.purged),
        "failures": task.failures,
        "rounds": task.rounds,
        "sent_back": int(task.sent_back),
        "source_name": task.source_name,
        "source_url": task.source_url,
        "source_state": task.source_state,
        "external_id": task.external_id,
        "labels": contents.to_json(task.labels),
        "depends_on": contents.to_json(task.depends_on),
        "numbers": contents.to_json(task.numbers),
        "declined": contents.to_json(task.declined),
        "ingested": contents.to_json(task.ingested),
        "proposal": contents.to_json(task.proposal),
        "assessment": contents.to_json(task.assessment),
        "recurrence": contents.to_json(task.recurrence),
        "claim": contents.to_json(task.claim),
        "title": task.title,
        "question": contents.to_json(task.question),
        "result": contents.to_json(task.result),
        "description": task.description,
        "source_context": task.source_context,
    }


def derived(task: Task, now: datetime) -> dict[str, Any]:
    """The columns that follow from the task at a time; the task's own derived numbers must be current."""
    live, claim = task.active, task.claim
    return {
        "shelf": shelf_of(task, now),
        "base": base_score(task, now),
        "due_at": micros(task.due_at),
        "woke_at": stored(woke_at(task, now)),
        "wakes_at": stored(changes_by_itself_at(task, now)),
        "live_due_at": micros(task.due_at) if live else None,
        "deferral_ends_at": stored(task.deferred_until) if live else None,
        "lease_ends_at": micros(claim.expires_at) if live and claim else None,
        "remind_at": stored(remind_at(task)),
        "dated_at": stored(dated_at(task)),
        "claimed_at": micros(claim.claimed_at) if claim else None,
        "claim_agent": claim.agent if claim else None,
        "open_dependencies": task.open_dependencies,
        "unblocks": task.unblocks,
    }
