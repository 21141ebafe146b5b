"""Keeps what was learned from the person current, by following the event feed; every process follows for itself.

What was learned is a fold over the events (`domain/learned.py`). A snapshot is kept so that a start need not read them
all: two processes may overwrite each other's, for both are true of the place in the feed that they name. Another
version of the prior, or of the snapshot, is a reason to fold the whole feed anew, in the background; until that is done
the old one goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.learned import Learned, Taught
from task_assistant.domain.readiness import meaning, prior
from task_assistant.domain.roles import Caller
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet
from task_assistant.services.desk import Desk

KIND, KEY = "readiness", "learned"
FORMAT = 1
BATCH = 25  # events at once: a lesson takes a millisecond, and requests come between
ROUNDS = 40  # of so many in one go
ARRIVED = 10_000  # captures that are remembered for the sweep
LESSONS, EVENTS = 25, 10_000  # after so many more lessons, or events, the snapshot is written anew
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Habit:
    """One sign that the person's decisions moved: in words, and the points towards an agent (negative: towards you)."""

    name: str
    words: str
    points: float


class Learning:
    """One a process."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = asyncio.Lock()
        self._learned: Learned | None = None
        self._after = self._written = self._fresh = 0
        self._arrived: list[Event] = []

    async def follow(self) -> Taught:
        """What is learned by now. Reads at most 1,000 events in one go, none while nothing happened."""
        async with self._lock:
            if self._learned is None:
                await self._begin()
            for _ in range(ROUNDS):
                if self._after >= await self._desk.store.position():
                    break
                events = await self._desk.store.events(self._after, BATCH)
                if not events:
                    break
                self._take(events)
                await asyncio.sleep(0)
            return await self._current()

    def arrived(self) -> list[Event]:
        """The captures that were followed past since this was last asked; the sweep asks."""
        arrived, self._arrived = self._arrived, []
        return arrived

    async def habits(self, caller: Caller) -> list[Habit]:
        """The signs that the person's decisions moved most. Raises RoleForbidden."""
        self._check_owner(caller)
        moved = (await self.follow()).delta.explain(SHOWN)
        return [Habit(name, _words(name), points) for name, points in moved if abs(points) >= 0.05]

    async def measured(self, caller: Caller) -> Taught:
        """What was learned and measured. Raises RoleForbidden."""
        self._check_owner(caller)
        return await self.follow()

    async def reset(self, caller: Caller) -> None:
        """Forgets what was learned; the shipped prior stays. An event, so that every process forgets. RoleForbidden."""
        self._check_owner(caller)
        event = self._desk.board_event(caller, EventType.LEARNING_RESET, "what was learned is forgotten")
        await self._desk.commit(caller, events=[event])
        await self.follow()

    def _check_owner(self, caller: Caller) -> None:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "read or reset what was learned")

    async def _begin(self) -> None:
        found = await self._desk.store.document(KIND, KEY, self._desk.now())
        self._learned, self._after = Learned(), 0
        if found is None or found.data is None or found.data["format"] != FORMAT:
            return
        known = Learned.load(found.data)
        self._desk.assessor.delta = known.now.delta
        there = (
            int(found.data["after"]) <= await self._desk.store.position()
        )  # not so where the feed was begun anew
        if there and found.data["prior"] == prior().version:
            self._learned, self._after = known, int(found.data["after"])
            self._written = self._after

    def _take(self, events: Sequence[Event]) -> None:
        learned = self._learned or Learned()
        for event in events:
            learned = learned.told(event)
            self._fresh += event.lesson is not None or event.type is EventType.LEARNING_RESET
            if event.type is EventType.CREATED:
                self._arrived.append(event)
        self._arrived = self._arrived[-ARRIVED:]
        self._learned, self._after = learned, events[-1].seq

    async def _current(self) -> Taught:
        learned = self._learned or Learned()
        if self._after >= await self._desk.store.position():
            self._desk.assessor.delta = learned.now.delta
        if self._fresh >= LESSONS or self._after - self._written >= EVENTS:
            await self._write(learned)
        return learned.now

    async def _write(self, learned: Learned) -> None:
        data: dict[str, Any] = {
            "format": FORMAT,
            "prior": prior().version,
            "after": self._after,
            **learned.dump(),
        }
        await self._desk.store.commit(ChangeSet(self._desk.now(), documents=(Document(KIND, KEY, data),)))
        self._written, self._fresh = self._after, 0


def _words(name: str) -> str:
    """As it ends the sentence "your decisions on …"."""
    return f"what {meaning(name)}" if name.startswith(("from:", "context.")) else meaning(name)
