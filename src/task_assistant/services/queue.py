"""The queue: what to do next and why, the counts of the whole board, and whether anything has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.lanes import NEEDS_PERSON, outside
from task_assistant.domain.ordering import micros
from task_assistant.domain.ranking import DueBand, Reason, reasons, score
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.ports.store import Tally
from task_assistant.services.desk import Desk

LOOKED_AT = 50  # blocked tasks among which those that wait for an outside date are told apart


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a task stands in the answer (from 1), its score, and why."""

    position: int
    score: int
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of the wire contract, over all active tasks that are not hidden from the caller as private."""

    active: int
    overdue: int
    due_soon: int
    codex_ready: int
    human_input: int
    review: int
    blocked: int
    unassigned: int
    working: int
    waiting: int


@dataclass(frozen=True, slots=True)
class BoardState:
    """Names a state of the board as readers see it. `tag` is what an ETag is made of.

    `tag` changes with every event and when a due time, the 24 h before it, a deferral or a lease passes; it is
    the same in
    every process. `stamp` also changes with heartbeats, and only means something in this process. Valid before `until`.
    """

    tag: str
    stamp: int
    until: datetime | None


class Queue:
    """Reads the board."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._state: BoardState | None = None

    async def state(self) -> BoardState:
        """The board's state now; costs next to nothing while nothing changes."""
        stamp, now = await self._desk.store.stamp(), self._desk.now()
        known = self._state
        if known is not None and known.stamp == stamp and (known.until is None or now < known.until):
            return known
        position = await self._desk.store.position()
        band = await self._desk.store.time_band(now)
        passed = micros(band.last) if band.last is not None else 0
        self._state = BoardState(f"{position:x}.{passed:x}", stamp, band.next)
        return self._state

    async def find(self, query: Query) -> list[Task]:
        """The window that the query names, in its order."""
        return await self._desk.store.find(query)

    async def tally(self, caller: Caller, now: datetime | None = None) -> Tally:
        """Counts over the whole board; private tasks count for the person only."""
        return await self._desk.store.tally(now or self._desk.now(), private=sight(caller).private)

    async def summary(self, caller: Caller, now: datetime | None = None) -> Summary:
        """The counts whatever a filter says."""
        return summarise(await self.tally(caller, now))

    async def top(
        self, caller: Caller, *, limit: int, lane: Lane | None = None, due: DueBand | None = None
    ) -> Sequence[Task]:
        """The best ranked active tasks of a lane or due band."""
        lanes = frozenset({lane}) if lane is not None else frozenset[Lane]()
        return await self.find(Query(self._desk.now(), sight(caller), limit, lanes=lanes, due=due))

    async def outside(self, caller: Caller) -> int:
        """How many blocked tasks wait for an outside date and need nobody until then, among the best ranked 50."""
        now = self._desk.now()
        return sum(outside(task, now) for task in await self.top(caller, limit=LOOKED_AT, lane=Lane.BLOCKED))


def summarise(tally: Tally) -> Summary:
    """The contract's counts from a store's."""
    lanes = tally.lanes
    return Summary(
        active=tally.active, overdue=tally.overdue, due_soon=tally.due_soon,
        codex_ready=lanes.get(Lane.AGENT, 0) - tally.working,
        human_input=sum(lanes.get(lane, 0) for lane in NEEDS_PERSON),
        review=lanes.get(Lane.REVIEW, 0), blocked=lanes.get(Lane.BLOCKED, 0), unassigned=tally.unassigned,
        working=tally.working, waiting=lanes.get(Lane.WAITING, 0),
    )  # fmt: skip


def ranked(tasks: Sequence[Task], now: datetime, offset: int = 0) -> list[tuple[Task, Rank]]:
    """Each task with its rank; `offset` is how many rows came before these."""
    return [(task, Rank(n, score(task, now), reasons(task, now))) for n, task in enumerate(tasks, offset + 1)]
