"""Items written as they are, with everything derived from them, in one batch."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from task_assistant.domain.errors import Busy
from task_assistant.domain.history import Event
from task_assistant.domain.purging import external_digest
from task_assistant.domain.task import Task
from task_assistant.ports.moving import Filed, Item, Kept
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore import layout, numbers, papers
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.drafting import EXTERNAL
from task_assistant.stores.firestore.edges import Edges
from task_assistant.stores.firestore.feed import Feed
from task_assistant.stores.firestore.gateway import Collision, Gateway, Unsure
from task_assistant.stores.firestore.layout import TASKS, Stored
from task_assistant.stores.firestore.stock import Stock

TRIES: Final = 6
PAUSE: Final = 0.1  # seconds; doubles with each try


async def load(gateway: Gateway, feed: Feed, stock: Stock, items: Sequence[Item]) -> None:
    """Writes the items; see the port. Without an answer they are written again, which makes the same of them.

    Raises Busy when somebody else writes meanwhile, StoreUnavailable.
    """
    for tries in range(TRIES):
        try:
            await Loading(gateway, feed, stock).write(items)
        except (Collision, Unsure) as problem:
            if tries == TRIES - 1:
                raise _given_up(problem) from problem
        else:
            return
        await asyncio.sleep(random.uniform(0, PAUSE * 2**tries))


def _given_up(problem: Collision | Unsure) -> Exception:
    lost = isinstance(problem, Collision)
    return Busy() if lost else StoreUnavailable(f"Firestore does not answer: {problem}.")


@dataclass(slots=True)
class Loading:
    """One try to write one batch of items."""

    gateway: Gateway
    feed: Feed
    stock: Stock
    batch: Batch = field(default_factory=Batch)
    bases: set[int] = field(default_factory=set)

    async def write(self, items: Sequence[Item]) -> None:
        """Writes the items. Raises Collision, Unsure."""
        await self._tasks([item for item in items if isinstance(item, Kept)])
        for item in items:
            if isinstance(item, Filed):
                papers.put_record(self.batch, item.task_id, item.record)
            elif not isinstance(item, Kept | Event):
                key = papers.document_key(item.kind, item.key)
                if item.data is None:
                    self.batch.drop(papers.DOCUMENTS, key)
                else:
                    self.batch.put(papers.DOCUMENTS, key, papers.document_fields(item, item.tasks))
        self.stock.enter(self.batch, self.bases)
        await self.feed.enter([item for item in items if isinstance(item, Event)], self.batch)
        self.stock.learn(self.bases)

    async def _tasks(self, items: Sequence[Kept]) -> None:
        kept = {item.task.id: item for item in items}
        there = await self.gateway.get_many(TASKS, map(numbers.key, kept))
        before = {int(name): layout.of_row(row) for name, row in there.items()}
        edges = Edges(self.gateway, before, {i: _fresh(item.task, before.get(i)) for i, item in kept.items()})
        await edges.settle()
        for i, task in edges.after.items():
            item, was = kept[i], before.get(i)
            self._put(Stored(task, item.workers, item.written_at, 0, was.seen if was else None))
            digest = external_digest(task.external_id) if task.external_id else item.digest
            if digest is not None:
                self.batch.put(EXTERNAL, digest, {"task": i})
        for i, task in edges.counted.items():
            if task != before[i].task:
                self._put(replace(before[i], task=task))

    def _put(self, stored: Stored) -> None:
        fields = layout.fields(stored.task, stored.workers, stored.written_at, stored.told)
        self.bases.add(fields["base"])
        self.batch.put(TASKS, numbers.key(stored.task.id), fields)


def _fresh(task: Task, was: Stored | None) -> Task:
    """The task with the counts that it begins with; `Edges` puts them right."""
    counts = {"open_dependencies": 0, "unblocks": 0}
    if was is not None:
        counts = {name: getattr(was.task, name) for name in counts}
    return task.having(revision=1 if was is None else was.task.revision + 1, **counts)
