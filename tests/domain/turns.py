"""A store whose calls wait for their turn, so that a test decides in which order concurrent work goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.task import Task
from task_assistant.ports.store import ChangeSet, Committed, Stale
from task_assistant.stores.memory import MemoryStore


class TurnStore(MemoryStore):
    """A memory store in which every call of a service stands still until `Turns` lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[asyncio.Future[None]] = []
        self.collisions = 0

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        await self._turn()
        return await super().by_external_ids(external_ids)

    async def get_many(self, ids: Iterable[int]) -> dict[int, Task]:
        await self._turn()
        return await super().get_many(ids)

    async def get(self, task_id: int) -> Task | None:
        await self._turn()
        return await super().get(task_id)

    async def commit(self, changes: ChangeSet) -> Committed:
        await self._turn()
        try:
            return self._commit(changes)
        except (Stale, ExternalIdTaken):
            self.collisions += 1
            raise


async def interleaved(store: TurnStore, order: Sequence[int], *work: Awaitable[Any]) -> list[Any]:
    """Runs the work at once; `order` says, turn by turn, which of those that stand still goes on. The results."""
    running = [asyncio.ensure_future(each) for each in work]
    turns = iter([*order, *([0] * 10_000)])
    while not all(each.done() for each in running):
        for _ in range(8):  # everybody gets as far as its next call
            await asyncio.sleep(0)
        if store.waiting:
            store.waiting.pop(next(turns) % len(store.waiting)).set_result(None)
    return [each.result() for each in running]
