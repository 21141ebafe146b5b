"""The next task for an agent: the best candidate by compare-and-set, the next ones when others are faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from task_assistant.domain.errors import Busy
from task_assistant.domain.ordering import Sort, key, micros
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Committed, Stale
from task_assistant.stores.firestore.commits import Commits
from task_assistant.stores.firestore.gateway import Ask
from task_assistant.stores.firestore.layout import TASKS, of_row
from task_assistant.stores.firestore.plans import claim_lists
from task_assistant.stores.firestore.ranges import Window, offered
from task_assistant.stores.firestore.streams import Need, woven

TRIES: Final = 60  # lost races until the caller is told to come again
SPREAD: Final = 16  # among so many of the best a worker chooses that has lost often
Take = Callable[[Task], ChangeSet | None]


@dataclass(slots=True)
class Nothing:
    """Nothing could be chosen. `refused`: `take` said no to something; `until`: something declined is free again then.

    `taking`: some of it is being taken by another worker of this process at this moment.
    """

    refused: bool = False
    taking: bool = False
    until: datetime | None = None

    def passed_over(self, until: datetime) -> None:
        """A task that this agent declined."""
        self.until = until if self.until is None else min(self.until, until)


@dataclass(slots=True)
class Claims:
    """Hands out tasks. Workers of one process never race: each takes the best task that nobody else is taking."""

    commits: Commits
    _taking: set[int] = field(default_factory=set)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim_next(self, wanted: Wanted, take: Take) -> Committed | Nothing:
        """Commits what `take` makes of the best candidate.

        Who loses a race to another process chooses among the next best, at random: those before it are being taken.
        What was read is used up before more is: who is wrong about a task loses again, and nothing else happens.
        """
        lost = 0
        free: dict[int, ChangeSet] = {}
        while lost < TRIES:
            freed, left = self._freed, Nothing()
            if not self._untaken(free):
                free, left = await self._look(wanted, take, min(2**lost, SPREAD))
            if untaken := self._untaken(free):
                try:
                    chosen = random.choice(untaken)
                    return await self._commit(chosen, free.pop(chosen))
                except (Stale, Busy):
                    lost += 1
            elif left.taking or self._taking & free.keys():
                await freed.wait()
            elif not free and not await self.commits.stock.refresh():
                return left
        raise Busy

    async def peek(self, wanted: Wanted) -> Task | None:
        """The best candidate that the agent has not declined."""
        async for task in self._candidates(wanted, 1):
            if not wanted.declined(task):
                return task
        return None

    async def _commit(self, task_id: int, changes: ChangeSet) -> Committed:
        self._taking.add(task_id)
        try:
            return await self.commits.commit(changes)
        finally:
            self._taking.discard(task_id)
            self._freed.set()
            self._freed = asyncio.Event()

    def _untaken(self, free: dict[int, ChangeSet]) -> list[int]:
        """Those that nobody of this process is taking at the moment, or is known to have taken since."""
        known = self.commits.memory
        return [i for i, changes in free.items() if i not in self._taking and known.is_current(changes)]

    async def _look(self, wanted: Wanted, take: Take, spread: int) -> tuple[dict[int, ChangeSet], Nothing]:
        """The first `spread` candidates that `take` takes and nobody else of this process; what else there was."""
        free: dict[int, ChangeSet] = {}
        left = Nothing()
        async for task in self._candidates(wanted, spread):
            if task.declined is not None and wanted.declined(task):
                left.passed_over(task.declined.until)
            elif task.id in self._taking:
                left.taking = True
            elif (changes := take(task)) is None:
                left.refused = True
            else:
                free[task.id] = changes
            if len(free) >= spread:
                break
        return free, left

    async def _candidates(self, wanted: Wanted, page: int) -> AsyncIterator[Task]:
        """What is wanted, best ranked first; lapsed leases and ended deferrals that nobody has swept included."""
        gateway, now = self.commits.gateway, micros(wanted.now)
        rows = await gateway.query(Ask(TASKS, (("wakes_at", "<=", now),), (("wakes_at", False),)))
        strays = [of_row(row) for row in rows]
        apart = [(key(s.task, Sort.SMART, wanted.now), s) for s in strays]
        window = Window(wanted.now, Sort.SMART, page, Need(page))
        calm = offered(gateway, self.commits.stock, claim_lists(wanted), window)
        async for _, stored in woven(calm, apart, frozenset(s.task.id for s in strays)):
            task = self.commits.memory.learn(stored).task
            if wanted.fits(task):
                yield task
