"""The next task for an agent: the best candidate by compare-and-set, the next ones when others are faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
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
            elif chosen.taking:
                await freed.wait()
            elif not await self.commits.stock.refresh():
                return chosen
        raise Busy

    async def _commit(self, task_id: int, changes: ChangeSet) -> Committed:
        try:
            return await self.commits.commit(changes)
        finally:
            self._taking.discard(task_id)
            self._freed.set()
            self._freed = asyncio.Event()

    async def _choose(self, wanted: Wanted, take: Take, spread: int) -> tuple[int, ChangeSet] | Nothing:
        """One of the first `spread` candidates that `take` takes, from now on nobody else's in this process."""
        free: dict[int, ChangeSet] = {}
        left = Nothing()
        async for task in self._candidates(wanted, spread):
            if task.declined is not None and passed_over(wanted, task):
                left.passed_over(task.declined.until)
            elif task.id in self._taking:
                left.taking = True
            elif (changes := take(task)) is None:
                left.refused = True
            else:
                free[task.id] = changes
            if len(free) >= spread:
                break
        chosen = [(task_id, changes) for task_id, changes in free.items() if task_id not in self._taking]
        if not chosen:
            return replace(left, taking=left.taking or bool(free))
        one = random.choice(chosen)
        self._taking.add(one[0])
        return one

    async def _candidates(self, wanted: Wanted, page: int) -> AsyncIterator[Task]:
        """What is wanted, best ranked first; lapsed leases and ended deferrals that nobody has swept included."""
        gateway, now = self.commits.gateway, micros(wanted.now)
        rows = await gateway.query(Ask(TASKS, (("wakes_at", "<=", now),), (("wakes_at", False),)))
        strays = [of_row(row) for row in rows]
        apart = [(key(s.task, Sort.SMART, wanted.now), s) for s in strays]
        window = Window(wanted.now, Sort.SMART, page, Need(page))
        calm = walk(gateway, self.commits.stock, claim_lists(wanted), (), window)
        async for _, stored in woven(calm, apart, frozenset(s.task.id for s in strays)):
            task = self.commits.memory.learn(stored).task
            if wants(wanted, task):
                yield task
