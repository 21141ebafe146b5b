"""An assessor besides the built-in one: somewhere that reads a capture and says whose it should be."""

from __future__ import annotations

from typing import Any, Protocol

from task_assistant.domain.readiness import Matter


class AssessorUnavailable(Exception):
    """It cannot be reached, takes too long, or answers what is no assessment. The message holds no text of a task."""


class OutsideAssessor(Protocol):
    """One assessor; `name` says in reports whose judgement it was, such as `model:gpt-5`."""

    name: str

    async def opinion(self, matter: Matter) -> dict[str, Any]:
        """An assessment as `domain.triaging.propose` takes it. Raises AssessorUnavailable."""
