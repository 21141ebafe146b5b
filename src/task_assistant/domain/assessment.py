"""The readiness judgement on a task, as it is kept with the task and shown: never an assignment, only advice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.task import Owner, ReviewNeed, Task

BUILTIN = "builtin"
MISSING = ("information", "decision", "credential", "physical")


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal, the words (or context, or decisions) that gave it, and its points; negative ones speak against it."""

    signal: str
    evidence: str
    points: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """Who should do the next step, and why. `suggested_assignee` None means: ask `question` first.

    Internal: `model` names the prior and how many decisions it was bent by, so that a stale one is known.
    """

    suggested_assignee: Owner | None
    agent_probability: float
    missing: tuple[str, ...]
    review: ReviewNeed
    next_action: str | None
    question: str | None
    reasons: tuple[Reason, ...]
    assessed_by: str
    assessed_at: datetime
    model: str = ""

    @property
    def confidence(self) -> float:
        """How sure the suggestion is, 0 to 1; with nobody suggested, how unsure the owner is."""
        p = self.agent_probability
        return p if self.suggested_assignee is Owner.CODEX else 1.0 - p


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
