"""Triage by others than the person: a connected agent reads captures and proposes whose they are."""

from __future__ import annotations

from typing import Any

from task_assistant.domain import triaging
from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Task
from task_assistant.services.desk import Desk

ADVICE = "ask the person for a key with may_triage"


class Triage:
    """Proposals; accepting them is a verb of the person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def propose(self, caller: Caller, task_id: int, said: dict[str, Any]) -> Task:
        """Keeps a proposal with the task. Raises RoleForbidden, TaskNotFound, IllegalMove, AlreadyTriaged."""
        check_may_triage(caller)

        async def decide(task: Task) -> list[Step]:
            return triaging.propose(task, caller, said, self._desk.now())

        return await self._desk.change(caller, task_id, decide)


def check_may_triage(caller: Caller) -> None:
    """Raises RoleForbidden unless this is the person, or an agent's key that may triage."""
    check_role(Command.ASSESS, caller.role)
    if not (caller.owner or caller.may_triage):
        raise RoleForbidden(caller.role.value, "triage", ADVICE)
