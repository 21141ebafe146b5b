"""The built-in assessor: judges each task as it is written, and notes what a decision of the person teaches.

It holds what was learned so far (`services/learning.py` keeps that current), and costs a write no read of the store.
"""

from __future__ import annotations

import asyncio
import zlib
from datetime import datetime
from typing import Any

from task_assistant.domain.assessment import BUILTIN
from task_assistant.domain.lessons import DECISIONS, taught
from task_assistant.domain.readiness import Assessed, Delta, Matter, ReviewRules, assess, prior
from task_assistant.domain.readiness.features import bucket
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Assessment, Owner, Reason, ReviewNeed, Task

NO_RULES = ReviewRules()
READ = ("title", "description", "source_context", "source_url", "origin", "source_name", "labels")
STEP = 10  # decisions after which the judgements made before them count as stale


def matter_of(task: Task) -> Matter:
    """What of a task is assessed."""
    return Matter(
        task.title, task.description, task.source_context, task.source_url, task.origin, task.source_name,
        task.labels,
    )  # fmt: skip


class Assessor:
    """One a process."""

    def __init__(self) -> None:
        self.delta = Delta()
        self.rules = ReviewRules()
        self.owing = asyncio.Event()  # some captures were written without being judged

    @property
    def model(self) -> str:
        """By what is judged now: the prior, the decisions in steps of ten, and the person's rules about review."""
        learned = f"{prior().version}+{self.delta.count // STEP * STEP}"
        ruled = repr((self.rules.labels, self.rules.origins, self.rules.words))
        return learned if self.rules == NO_RULES else f"{learned}+{zlib.crc32(ruled.encode()):x}"

    def judge(self, task: Task, now: datetime) -> Assessment:
        """The built-in assessment of a task as it is."""
        found = assess(matter_of(task), self.delta, self.rules)
        owner = found.suggested_assignee
        return Assessment(
            Owner(owner) if owner else None, found.agent_probability, found.missing, ReviewNeed(found.review),
            found.next_action, found.question,
            tuple(Reason(why.signal, why.evidence, why.points) for why in found.reasons),
            BUILTIN, now, self.model,
        )  # fmt: skip

    def assessed(self, before: Task | None, task: Task, now: datetime, *, later: bool = False) -> Task:
        """The task with its assessment, judged anew where what is read has changed.

        `later` leaves it without one; whoever says so sets `owing` once the task is written.
        """
        if not task.active:
            return task
        if later:
            return task.having(assessment=None)
        if before is not None and before.assessment is not None and not _differ(before, task):
            return task
        return task.having(assessment=self.judge(task, now))

    def stale(self, task: Task) -> bool:
        """Whether the task would be judged by something else now."""
        return task.active and (task.assessment is None or task.assessment.model != self.model)

    def lesson(self, caller: Caller, before: Task | None, step: Step) -> dict[str, Any] | None:
        """What this step teaches, with what was suggested then; None for most steps."""
        found = taught(caller, before, step)
        if found is None:
            return step.lesson
        agent, weight = found
        judged = assess(matter_of(step.task), self.delta, self.rules)
        return {
            "agent": agent, "weight": weight, "features": judged.features.dump(), "decides": step.type in DECISIONS,
            "origin": step.task.origin, "labels": [label_mark(label) for label in step.task.labels],
            **_said(before, judged),
        }  # fmt: skip


def label_mark(label: str) -> int:
    """What a lesson keeps of a label: its name is words of the person, and a lesson keeps none."""
    return bucket("label:" + label)


def _differ(before: Task, task: Task) -> bool:
    return any(getattr(before, name) != getattr(task, name) for name in READ)


def _said(before: Task | None, judged: Assessed) -> dict[str, Any]:
    """What the person could see when deciding: the built-in suggestion, and who else proposed what."""
    if before is None:
        return {"seen": False}
    kept = before.assessment
    seen: Assessment | Assessed = judged if kept is None else kept
    owner = seen.suggested_assignee
    said = {
        "seen": True, "suggested": str(owner) if owner else None, "p": seen.agent_probability,
        "missing": list(seen.missing),
    }  # fmt: skip
    outside = before.proposal.assessment if before.proposal is not None else None
    if outside is not None:
        proposed = outside.suggested_assignee
        said |= {"by": outside.assessed_by, "proposed": proposed.value if proposed else None}
    return said
