"""Assigning without being asked: only by a rule that the person switched on, and only while it keeps being right.

Off until there is a rule. A rule is for one origin or one label; it assigns a new capture as the built-in assessment
suggests, while the suggestions of that owner in that place were right often enough on the person's own decisions. Text
from outside starts no work by it unless the person allowed the key that brings it, and the sender that it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from task_assistant.domain.measures import Measures, Precision
from task_assistant.domain.task import Owner, Task

ENOUGH = 20  # decisions that a precision must rest on
FRESH = timedelta(hours=1)  # how old a capture may be
ANYBODY = "*"
HUMAN = "human"


@dataclass(frozen=True, slots=True)
class AssignRule:
    """`by` and `what` name the place; `precision` (0 to 1) must be reached there; `since` is when it was switched on.

    `keys` are the actors whose captures it may assign ("adapter:mail"); the person's own are always among them.
    `senders` are names of sources (lower-case) that are let in; `*` lets every sender of those keys in.
    """

    id: str
    by: Literal["origin", "label"]
    what: str
    precision: float
    since: datetime
    keys: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()

    def covers(self, task: Task) -> bool:
        """Whether the task is of this place."""
        return task.origin == self.what if self.by == "origin" else self.what in task.labels

    def lets_in(self, task: Task) -> bool:
        """Whether who brought the task, and whom it names as its source, are allowed."""
        if task.created_by != HUMAN and task.created_by not in self.keys:
            return False
        outside = task.source_name or task.source_url or task.source_context
        if task.created_by == HUMAN and not outside:
            return True
        return ANYBODY in self.senders or (task.source_name or "").strip().lower() in self.senders


@dataclass(frozen=True, slots=True)
class Measured:
    """How right the suggestions of each owner were in a place."""

    codex: Precision
    me: Precision

    def of(self, owner: Owner) -> Precision:
        """Of this owner."""
        return self.codex if owner is Owner.CODEX else self.me


def measured(measures: Measures, scope: str) -> Measured:
    """What was measured in a scope of domain.measures."""
    return Measured(measures.precision(scope, "codex"), measures.precision(scope, "me"))


def reached(rule: AssignRule, precision: Precision) -> bool:
    """Whether enough decisions say that the suggestions are as right as the rule wants."""
    return precision.of >= ENOUGH and precision.share >= rule.precision


def chosen(
    task: Task, rules: Iterable[tuple[AssignRule, Measured]], now: datetime
) -> tuple[Owner, str] | None:
    """Whom a rule gives this capture to, and why in a sentence; None mostly.

    Only a capture that nobody has touched: what the person took back, or somebody wrote on, is left to the person.
    """
    found = task.assessment
    if found is None or found.suggested_assignee is None or not _untouched(task, now):
        return None
    owner = found.suggested_assignee
    for rule, precision in rules:
        there = precision.of(owner)
        if (
            task.created_at >= rule.since
            and rule.covers(task)
            and rule.lets_in(task)
            and reached(rule, there)
        ):
            return owner, f"{there.right} of your last {there.of} decisions on {rule.by} {rule.what} agreed"
    return None


def _untouched(task: Task, now: datetime) -> bool:
    new = task.version == 1 and now - task.created_at <= FRESH
    return new and task.assignee is Owner.UNASSIGNED and not task.private and task.deleted_at is None
