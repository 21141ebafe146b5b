"""What one request of the person left in the history, so that a surface can offer Undo with the answer itself."""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain.history import Event
from task_assistant.domain.roles import Caller
from task_assistant.services.desk import Desk

FOLLOWED = 1_000  # events; one bulk change of 500 tasks with two steps each


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of the feed before a request changed anything."""

    seq: int


class Trail:
    """Follows a request. It costs two reads, however large the board is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self) -> Mark:
        """Where the request's own events will come after."""
        return Mark(await self._desk.store.position())

    async def left(self, caller: Caller, mark: Mark) -> list[Event]:
        """The caller's own events of this request since then, in feed order; at most those among the next 1,000.

        Events that the server added of itself (a task parked) are not among them: undo begins with what the person did.
        """
        events = await self._desk.store.events(mark.seq, FOLLOWED)
        return [e for e in events if e.request_id == caller.request_id and e.actor == caller.actor]
