"""Dependencies in one commit: no unknown ids, no circles, and the two counts of every task that it touches.

The counts are changed by what the commit itself changes, so a task is read only when it is written. Every task on which
a decision rests is written or checked in the same batch: the circle that two commits could close together is closed by
one of them only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from task_assistant.domain.dependencies import circle
from task_assistant.domain.errors import DependencyCycle, invalid
from task_assistant.domain.task import Task
from task_assistant.stores.firestore import numbers
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, Stored, of_row


@dataclass(slots=True)
class Edges:
    """The tasks of a commit before and after it; `counted` are others whose counts change, `relied` those it read."""

    gateway: Gateway
    before: dict[int, Stored]
    after: dict[int, Task]
    counted: dict[int, Task] = field(default_factory=dict)
    relied: set[int] = field(default_factory=set)

    async def settle(self) -> None:
        """Checks the new edges and counts anew. Raises InvalidFields and DependencyCycle."""
        new = {i: task for i, task in self.after.items() if task.depends_on != self._was(i)}
        await self.load({there for task in new.values() for there in task.depends_on})
        for task in new.values():
            self._check_known(task)
        for task in new.values():
            await self._check_circle(task)
        turned = [i for i, task in self.after.items() if i in self.before and task.active != self._lived(i)]
        waiting = await self._dependents(turned)
        await self.load(
            {there for i in (*turned, *new) for there in (*self._was(i), *self.after[i].depends_on)}
        )
        await self.load(
            {there for i in self.after if i not in self.before for there in self.after[i].depends_on}
        )
        self._count(new, turned, waiting)

    async def load(self, ids: Iterable[int]) -> None:
        """Reads those of the tasks that are not here yet."""
        missing = [i for i in ids if i not in self.before and i not in self.after]
        rows = await self.gateway.get_many(TASKS, map(numbers.key, missing))
        self.before.update((int(name), of_row(row)) for name, row in rows.items())

    def _was(self, task_id: int) -> tuple[int, ...]:
        return self.before[task_id].task.depends_on if task_id in self.before else ()

    def _lived(self, task_id: int) -> bool:
        return task_id in self.before and self.before[task_id].task.active

    def _now(self, task_id: int) -> Task:
        return self.after[task_id] if task_id in self.after else self.before[task_id].task

    def _check_known(self, task: Task) -> None:
        unknown = [there for there in task.depends_on if there not in self.before and there not in self.after]
        if unknown:
            raise invalid(
                "depends_on", f"there is no task {', '.join(map(str, unknown))}; name tasks that exist"
            )
        self.relied.update(task.depends_on)

    async def _check_circle(self, task: Task) -> None:
        """Follows the edges from the task level by level, so that each level is one round of reading."""
        reached: set[int] = set()
        level = set(task.depends_on)
        while level:
            await self.load(level)
            reached |= level
            level = {further for here in level for further in self._now(here).depends_on} - reached
        self.relied |= reached
        if path := circle(task.id, task.depends_on, lambda there: self._now(there).depends_on):
            raise DependencyCycle(path)

    async def _dependents(self, turned: list[int]) -> dict[int, list[int]]:
        """Who depends, by this commit's end, on each task that it closes or opens."""
        found = await asyncio.gather(*(dependents(self.gateway, task_id) for task_id in turned))
        for stored in (stored for several in found for stored in several):
            self.before.setdefault(stored.task.id, stored)
        return {i: [j for j in self._everybody() if i in self._now(j).depends_on] for i in turned}

    def _everybody(self) -> list[int]:
        return list(self.before.keys() | self.after.keys())

    def _count(self, new: Iterable[int], turned: list[int], waiting: dict[int, list[int]]) -> None:
        recounted = {*new, *(i for several in waiting.values() for i in several)}
        counted = {i: self._open(i) for i in recounted}
        unblocks = {i: self._steps(i) for i in {there for i in self._moved() for there in self._ends(i)}}
        for i in turned:
            unblocks[i] = sum(self._now(j).active for j in waiting[i]) if self._now(i).active else 0
        for i in counted.keys() | unblocks.keys():
            task = self._now(i)
            task = task.having(
                open_dependencies=counted.get(i, task.open_dependencies),
                unblocks=unblocks.get(i, task.unblocks),
            )
            (self.after if i in self.after else self.counted)[i] = task

    def _open(self, task_id: int) -> int:
        """How many dependencies hold; if the edges stay, only what this commit closes or opens is looked at."""
        edges = self._now(task_id).depends_on
        if edges != self._was(task_id):
            return sum(self._now(there).active for there in edges)
        flips = (self._now(there).active - self._lived(there) for there in edges if there in self.after)
        return self.before[task_id].task.open_dependencies + sum(flips)

    def _moved(self) -> Iterator[int]:
        """Tasks of the commit that now count otherwise for those they depend on."""
        for i, task in self.after.items():
            if task.active != self._lived(i) or (task.active and task.depends_on != self._was(i)):
                yield i

    def _ends(self, task_id: int) -> set[int]:
        return {*self._was(task_id), *self._now(task_id).depends_on}

    def _steps(self, task_id: int) -> int:
        """How many wait for the task, from what they were and what this commit adds and takes away."""
        task = self._now(task_id)
        if not task.active:
            return 0
        added = sum(t.active and task_id in t.depends_on for t in self.after.values())
        taken = sum(self._lived(i) and task_id in self._was(i) for i in self.after)
        known = self.before[task_id].task.unblocks if task_id in self.before else 0
        return known + added - taken


async def dependents(gateway: Gateway, task_id: int) -> list[Stored]:
    """The tasks that name this one, whatever became of them."""
    rows = await gateway.query(Ask(TASKS, (("depends_on", "array_contains", task_id),)))
    return [of_row(row) for row in rows]
