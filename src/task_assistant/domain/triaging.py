"""What others than the person do in triage: propose an assessment, and assign where the person allowed that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from task_assistant.domain.errors import AlreadyTriaged
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command, lead
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM, Caller
from task_assistant.domain.task import Assessment, Owner, Proposal, Reason, ReviewNeed, Task


def propose(
    task: Task, caller: Caller, said: dict[str, Any], now: datetime, by: str | None = None
) -> list[Step]:
    """An assessment to show in place of the built-in one. It assigns nothing, and its review is advice.

    The newest proposal counts. `by` names an assessor that is no caller. Raises RoleForbidden, IllegalMove,
    AlreadyTriaged.
    """
    lead(Command.ASSESS, caller.role, task)
    if task.assignee is not Owner.UNASSIGNED:
        raise AlreadyTriaged(task.id)
    name = by or caller.actor
    proposal = Proposal(name, assessment=_assessment(said, name, now))
    return [Step(task.having(proposal=proposal), EventType.ASSESSED)]


def auto_assign(task: Task, owner: Owner, why: str) -> list[Step]:
    """The server assigns by a rule that the person switched on; `why` names it. Nothing that is owned, or private."""
    lead(Command.AUTO_ASSIGN, SYSTEM.role, task)
    if task.assignee is not Owner.UNASSIGNED or task.private or task.deleted_at is not None:
        return []
    return [Step(task.having(assignee=owner, proposal=None), EventType.ASSIGNED, why, actor=SYSTEM.actor)]


def _assessment(said: dict[str, Any], by: str, now: datetime) -> Assessment:
    owner = said["suggested_assignee"]
    return Assessment(
        Owner(owner) if owner else None,
        round(float(said["agent_probability"]), 3),
        tuple(said.get("missing") or ()),
        ReviewNeed(said.get("review") or ReviewNeed.REQUIRED),
        said.get("next_action"),
        said.get("question"),
        tuple(Reason(**reason) for reason in said["reasons"]),
        by,
        now,
    )
