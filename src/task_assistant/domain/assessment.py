"""Which readiness judgement on a task counts: the person is shown one, and it is never an assignment, only advice."""

from __future__ import annotations

from task_assistant.domain.task import Assessment, Owner, Task

BUILTIN = "builtin"
MISSING = ("information", "decision", "credential", "physical")


def shown(task: Task) -> Assessment | None:
    """The one that the person sees: an agent's proposal with reasons goes before the built-in judgement."""
    if task.proposal is not None and task.proposal.assessment is not None:
        return task.proposal.assessment
    return task.assessment


def suggestion(task: Task) -> Owner | None:
    """Whom accepting would give the task to: as proposed from outside, else as the assessment suggests."""
    if task.proposal is not None and task.proposal.assessment is None and task.proposal.assignee is not None:
        return task.proposal.assignee
    found = shown(task)
    return found.suggested_assignee if found else None
