"""PATCH: the person may change every field and any status from any other; moving a task ends a live claim."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from task_assistant.domain.claims import end, told
from task_assistant.domain.errors import invalid
from task_assistant.domain.history import EventType, changes
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.moves import closing, reset
from task_assistant.domain.parking import has_way_out, unexplained
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import CLOSED, Owner, Status, Task


def edit(task: Task, caller: Caller, fields: dict[str, Any], now: datetime) -> list[Step]:
    """Sets the given fields (domain names and types).

    Changing status or assignee, or hiding the task, ends a live claim.

    Raises RoleForbidden; InvalidFields when `agent` is set on a task that is not codex's, or it depends on itself.
    """
    check_role(Command.EDIT, caller.role)
    after = task.having(**fields)
    if after == task:
        return []
    _check(after, fields)
    records: tuple[Record, ...] = ()
    hidden = after.private and not task.private
    if hidden or (after.status, after.assignee) != (task.status, task.assignee):
        after, records = _move(task, after, fields, caller, now)
    else:
        after = told(after, changed=tuple(changes(task, after)))
    return [Step(after, kind(task, after), None, records)]


def _check(after: Task, fields: dict[str, Any]) -> None:
    if fields.get("agent") is not None and after.assignee is not Owner.CODEX:
        raise invalid("agent", "only a task of codex can be meant for one agent")
    if after.id in after.depends_on:
        raise invalid("depends_on", "a task cannot depend on itself")


def _move(
    task: Task, after: Task, fields: dict[str, Any], caller: Caller, now: datetime
) -> tuple[Task, tuple[Record, ...]]:
    after, records = end(reset(after), _ended_as(task, after), now)
    if task.claim is not None and after.status is Status.IN_PROGRESS and "status" not in fields:
        after = after.having(status=Status.BACKLOG)
    if after.assignee is not task.assignee:
        kept = after.agent if after.assignee is Owner.CODEX else None
        after = after.having(agent=kept, proposal=None)
    if not has_way_out(after):
        after, record = unexplained(after, caller.actor, now)
        records = (*records, record)
    return closing(after, after.status, now), records


def _ended_as(task: Task, after: Task) -> str:
    named = {Status.DONE: "done", Status.CANCELLED: "cancelled", Status.BLOCKED: "blocked"}
    if after.status is not task.status:
        return named.get(after.status, "moved")
    return "reassigned"


def kind(before: Task, after: Task) -> EventType:
    """The event that tells the change, the same whichever way it was made."""
    if after.status is not before.status:
        if before.status in CLOSED and after.status not in CLOSED:
            return EventType.REOPENED
        named = {
            Status.DONE: EventType.COMPLETED,
            Status.CANCELLED: EventType.CANCELLED,
            Status.BLOCKED: EventType.BLOCKED,
        }
        return named.get(after.status, EventType.EDITED)
    return EventType.ASSIGNED if after.assignee is not before.assignee else EventType.EDITED
