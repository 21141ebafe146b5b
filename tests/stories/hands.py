"""What an agent and a person do in the story, whichever surface they speak through.

A hand says each step in the words of its surface and answers in the words of the story; a refusal is always
`Refused` with the stable code of the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """The server said no; `code` is the contract's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Given:
    """What a claim hands the agent: the task, and what the next worker must know, newest first."""

    task_id: int
    title: str
    feedback: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """A task as the person sees it."""

    status: str
    lane: str | None
    question: str | None
    summary: str | None


@dataclass(frozen=True)
class Told:
    """One line of the history: what happened, who did it, and by what means."""

    type: str
    actor: str
    via: str


class AgentHand(Protocol):
    """An agent with a key of its own; its hand remembers the tokens of its claims.

    Raises:
        Refused: the server said no.
    """

    async def claim(self, task_id: int | None = None) -> Given:
        """The next task, or the named one."""
        ...

    async def ask(self, task_id: int, question: str) -> None:
        """Asks for a decision, which ends the claim."""
        ...

    async def submit(self, task_id: int, summary: str) -> None:
        """Hands the result back, which ends the claim."""
        ...

    async def release(self, task_id: int, note: str) -> None:
        """Gives the task back with a note for the next worker."""
        ...

    async def report(self, task_id: int, note: str) -> str:
        """Leaves a note and renews the lease; whether to `continue` or `stop`."""
        ...

    async def close(self, task_id: int) -> None:
        """Tries what only the person may do: to make the task done."""
        ...


class PersonHand(Protocol):
    """The person.

    Raises:
        Refused: the server said no.
    """

    async def capture(self, title: str) -> int:
        """Captures a task and gives it to the agents; its id."""
        ...

    async def look(self, task_id: int) -> Seen:
        """The task as it is."""
        ...

    async def history(self, task_id: int) -> list[Told]:
        """Everything that happened to the task, oldest first."""
        ...

    async def answer(self, task_id: int, text: str) -> None: ...

    async def approve(self, task_id: int) -> None: ...

    async def send_back(self, task_id: int, feedback: str) -> None: ...

    async def cancel(self, task_id: int) -> None: ...

    async def comments(self, task_id: int) -> list[str]:
        """The comments on the task, newest first."""
        ...
