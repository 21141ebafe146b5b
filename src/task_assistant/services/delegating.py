"""Assigns new captures where a rule that the person switched on says so; the sweep calls it.

Every assignment is an event by `system` that can be undone, and what the person takes back is never assigned again.
"""

from __future__ import annotations

from collections.abc import Sequence

from task_assistant.domain import triaging
from task_assistant.domain.delegating import FRESH, AssignRule, Measured, chosen, measured
from task_assistant.domain.errors import Refusal
from task_assistant.domain.history import Event
from task_assistant.domain.measures import Measures
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM
from task_assistant.domain.task import Task
from task_assistant.services.assessor import label_mark
from task_assistant.services.desk import Desk
from task_assistant.services.learning import Learning
from task_assistant.services.rules import Rules


class Delegating:
    """One a process; two processes that look at the same capture do no harm."""

    def __init__(self, desk: Desk, learning: Learning, rules: Rules) -> None:
        self._desk, self._learning, self._rules = desk, learning, rules

    async def once(self) -> int:
        """Looks at the captures that came since the last time; how many were assigned."""
        measures = (await self._learning.follow()).measures
        arrived = self._learning.arrived()
        rules = [(rule, measured(measures, scope(rule))) for rule in (await self._rules.read()).assign]
        if not rules or not arrived:
            return 0
        return sum([await self._look(event, rules) for event in self._new(arrived)])

    def _new(self, arrived: Sequence[Event]) -> list[Event]:
        since = self._desk.now() - FRESH
        return [event for event in arrived if event.at >= since and event.task_id is not None]

    async def _look(self, event: Event, rules: Sequence[tuple[AssignRule, Measured]]) -> bool:
        assigned: list[Step] = []

        async def decide(task: Task) -> list[Step]:
            found = chosen(task, rules, self._desk.now())
            assigned[:] = triaging.auto_assign(task, *found) if found else []
            return assigned

        try:
            await self._desk.change(SYSTEM, event.task_id or 0, decide)
        except Refusal:  # closed, deleted or purged meanwhile
            return False
        return bool(assigned)


def scope(rule: AssignRule) -> str:
    """Where the precision that the rule goes by is measured."""
    return f"origin:{rule.what}" if rule.by == "origin" else f"label:{label_mark(rule.what)}"


def scopes(measures: Measures) -> list[str]:
    """The origins of which anything was measured."""
    return sorted({name.rpartition(" ")[0] for name in measures.scopes if name.startswith("origin:")})
