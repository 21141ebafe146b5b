"""The next task for an agent: the best candidate by compare-and-set, the next ones when others are faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from task_assistant.domain.errors import Busy
from task_assistant.domain.ordering import Sort, key, micros
from task_assistant.domain.task import Task
from task_assistant.ports.store import ChangeSet, Committed, Stale, Wanted
from task_assistant.stores.firestore.commits import Commits
from task_assistant.stores.firestore.gateway import Ask
from task_assistant.stores.firestore.layout import TASKS, of_row
from task_assistant.stores.firestore.plans import claim_lists, passed_over, wants
from task_assistant.stores.firestore.ranges import Window, walk
from task_assistant.stores.firestore.streams import woven

TRIES: Final = 60  # lost races until the caller is told to come again
SPREAD: Final = 16  # among so many of the best a worker chooses that has lost often
Take = Callable[[Task], ChangeSet | None]


class Left(Enum):
    """Why nothing could be chosen: there is nothing, or all of it is being taken at this moment."""

    NOTHING = "nothing"
    TAKEN = "taken"


@dataclass(slots=True)
class Claims:
    """Hands out tasks. Workers of one process never race: each takes the best task that nobody else is taking."""

    commits: Commits
    _taking: set[int] = field(default_factory=set)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | None:
        """Commits what `take` makes of the best candidate.

        Who loses a race to another process chooses among the next best, at random: those before it are being taken.
        """
        lost = 0
        while lost < TRIES:
            freed = self._freed
            chosen = await self._choose(wanted, take, min(2**lost, SPREAD))
            if isinstance(chosen, tuple):
                try:
                    return await self._commit(*chosen)
                except (Stale, Busy):
                    lost += 1
            elif chosen is Left.TAKEN:
                await freed.wait()
            elif not await self.commits.stock.refresh():
                return None
        raise Busy

    async def _commit(self, task_id: int, changes: ChangeSet) -> Committed:
        try:
            return await self.commits.commit(changes)
        finally:
            self._taking.discard(task_id)
            self._freed.set()
            self._freed = asyncio.Event()

    async def _choose(self, wanted: Wanted, take: Take, spread: int) -> tuple[int, ChangeSet] | Left:
        """One of the first `spread` candidates that `take` takes, from now on nobody else's in this process."""
        taken: dict[int, ChangeSet] = {}
        left = Left.NOTHING
        async for task in self.candidates(wanted, spread):
            if task.id in self._taking:
                left = Left.TAKEN
            elif (changes := take(task)) is not None:
                taken[task.id] = changes
            if len(taken) >= spread:
                break
        free = [(task_id, changes) for task_id, changes in taken.items() if task_id not in self._taking]
        if not free:
            return Left.TAKEN if taken else left
        chosen = random.choice(free)
        self._taking.add(chosen[0])
        return chosen

    async def candidates(self, wanted: Wanted, page: int) -> AsyncIterator[Task]:
        """What is wanted, best ranked first; lapsed leases and ended deferrals that nobody has swept included."""
        gateway, now = self.commits.gateway, micros(wanted.now)
        rows = await gateway.query(Ask(TASKS, (("wakes_at", "<=", now),), (("wakes_at", False),)))
        strays = [of_row(row) for row in rows]
        apart = [(key(s.task, Sort.SMART, wanted.now), s) for s in strays]
        window = Window(wanted.now, Sort.SMART, page)
        names = claim_lists(wanted)
        calm = walk(gateway, self.commits.stock, names, (), window)
        async for _, stored in woven(calm, apart, frozenset(s.task.id for s in strays)):
            task = self.commits.memory.learn(stored).task
            if wants(wanted, task) and not passed_over(wanted, task):
                yield task
