"""What the person's decisions teach the readiness assessment. A lesson keeps no texts, so that it survives a purge.

`{"agent": bool, "weight": float, "features": …, "decides": bool, "seen": bool, "suggested": …}`; see docs/readiness.md.
"""

from __future__ import annotations

from typing import Any

from task_assistant.domain.history import EventType
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Status, Task

SAMPLES = "sample-"  # external ids of sample tasks, which are nobody's decisions
DECISIONS = (EventType.ASSIGNED, EventType.EDITED, EventType.UNDONE)  # what a suggestion is measured by
# How much a decision says about who should have had the task.
CHOSEN, TAKEN_OVER, NOT_GOOD_ENOUGH, GOOD = 1.0, 1.5, 0.4, 0.5


def taught(caller: Caller, before: Task | None, step: Step) -> tuple[bool, float] | None:
    """Whether this step speaks for an agent or for the person, and how strongly; None when it says nothing.

    Accepting or choosing an owner, taking a task over from agents, sending a result back, approving one, and undoing
    what the server assigned.
    """
    if not caller.owner or step.actor is not None or (step.task.external_id or "").startswith(SAMPLES):
        return None
    owner, was = step.task.assignee, before.assignee if before else Owner.UNASSIGNED
    if step.type in (EventType.CREATED, EventType.ASSIGNED, EventType.EDITED) and owner is not was:
        return _chosen(owner, was)
    if step.type is EventType.UNDONE and step.lesson is None and owner is Owner.UNASSIGNED is not was:
        return was is Owner.ME, TAKEN_OVER  # the server had assigned it, and not as the person would have
    if step.type is EventType.SENT_BACK:
        return False, NOT_GOOD_ENOUGH
    if step.type is EventType.APPROVED:
        return True, GOOD
    alone = before is not None and before.status in (Status.BACKLOG, Status.IN_PROGRESS, Status.BLOCKED)
    if step.type is EventType.COMPLETED and alone and was is Owner.CODEX:
        return False, CHOSEN
    return None


def _chosen(owner: Owner, was: Owner) -> tuple[bool, float] | None:
    if owner is Owner.UNASSIGNED:
        return None
    if owner is Owner.ME:
        return False, TAKEN_OVER if was is Owner.CODEX else CHOSEN
    return True, CHOSEN


def taken_back(lesson: dict[str, Any] | None) -> dict[str, Any] | None:
    """The lesson of an undo: the opposite of what was learned, and not counted as a decision."""
    if lesson is None:
        return None
    undone = not lesson.get("undone", False)
    return {**lesson, "agent": not lesson["agent"], "undone": undone}
