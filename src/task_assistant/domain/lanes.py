"""Lanes: a partition of the active tasks by who acts next. Pure functions of a task and the time."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain.task import Lane, Owner, QuestionKind, Status, Task

BY_OWNER = {Owner.ME: Lane.HUMAN, Owner.CODEX: Lane.AGENT, Owner.UNASSIGNED: Lane.TRIAGE}
NEEDS_PERSON = frozenset({Lane.HUMAN, Lane.REVIEW, Lane.BLOCKED})


def lane(task: Task, now: datetime) -> Lane | None:
    """The one lane of an active task, None for a closed or deleted one (order of the checks: wire contract)."""
    if not task.active:
        return None
    if task.status is Status.WAITING_REVIEW:
        return Lane.REVIEW
    if task.status is Status.BLOCKED:
        return Lane.BLOCKED
    if task.held(now):
        return Lane.AGENT
    if deferred(task, now) or task.open_dependencies:
        return Lane.WAITING
    return BY_OWNER[task.assignee]


def deferred(task: Task, now: datetime) -> bool:
    """True until the date to which the person deferred the task."""
    return task.deferred_until is not None and now < task.deferred_until


def claimable(task: Task, now: datetime) -> bool:
    """In lane `agent` without a live claim, `in_progress` included."""
    return not task.held(now) and lane(task, now) is Lane.AGENT


def outside(task: Task, now: datetime) -> bool:
    """Blocked by something outside whose date has not come; until then it stays out of what needs the person."""
    question = task.question if task.status is Status.BLOCKED else None
    if question is None or question.kind is not QuestionKind.EXTERNAL or question.answer is not None:
        return False
    return question.until is not None and now < question.until


def changes_by_itself_at(task: Task, now: datetime) -> datetime | None:
    """The next time after `now` at which lane or claim change without anybody acting: a lease or a deferral ends."""
    if not task.active:
        return None
    ends = [task.claim.expires_at if task.claim else None, task.deferred_until]
    return min((at for at in ends if at is not None and at > now), default=None)
