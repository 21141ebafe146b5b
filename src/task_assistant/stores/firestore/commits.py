"""Commits: tries until the batch is written or a rule refuses, with jitter between them."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import Final

from task_assistant.domain.errors import Busy, invalid
from task_assistant.domain.task import Task
from task_assistant.ports.store import ChangeSet, Committed, StoreUnavailable
from task_assistant.stores.firestore.drafting import Draft
from task_assistant.stores.firestore.feed import EVENTS, Feed
from task_assistant.stores.firestore.gateway import Collision, Gateway, TooLarge, Unsure
from task_assistant.stores.firestore.layout import TASKS, Stored, of_row
from task_assistant.stores.firestore.numbers import Numbers, key
from task_assistant.stores.firestore.standstill import Standstill
from task_assistant.stores.firestore.stock import Stock

TRIES: Final = 12
REMEMBERED: Final = 1_000  # tasks as they were lately read
PAUSE: Final = 0.02  # seconds; the longest pause doubles with each try
LONGEST: Final = 1.0


@dataclass(slots=True)
class Memory:
    """Tasks as this process has last read or written them, so that a commit need not read them once more.

    Nothing rests on it: the batch compares, and after a collision everything is read.
    """

    rows: OrderedDict[int, Stored] = field(default_factory=OrderedDict)

    def learn(self, stored: Stored) -> Stored:
        """Keeps the task unless it is known as it was later; as it is known."""
        known = self.rows.get(stored.task.id)
        if known is not None and known.seen > stored.seen:
            return known
        self.rows[stored.task.id] = stored
        self.rows.move_to_end(stored.task.id)
        while len(self.rows) > REMEMBERED:
            self.rows.popitem(last=False)
        return stored

    def named(self, changes: ChangeSet) -> dict[int, Stored]:
        """Those tasks of a change set that are here as the caller has read them."""
        known = ((self.rows.get(write.task.id), write.expected) for write in changes.writes)
        return {row.task.id: row for row, expected in known if row and row.task.revision == expected}

    def is_current(self, changes: ChangeSet) -> bool:
        """False if one of its tasks is known to have changed since the caller read it."""
        known = ((self.rows.get(write.task.id), write.expected) for write in changes.writes)
        return all(row is None or row.task.revision == expected for row, expected in known)


@dataclass(slots=True)
class Commits:
    """Writes change sets to one database."""

    gateway: Gateway
    feed: Feed
    stock: Stock
    numbers: Numbers
    memory: Memory
    standstill: Standstill = field(default_factory=Standstill)

    async def commit(self, changes: ChangeSet) -> Committed:
        """All or nothing. Raises what the port names, Busy when others were faster each time, StoreUnavailable."""
        async with self.standstill.passing():
            return await self._commit(changes)

    async def _commit(self, changes: ChangeSet) -> Committed:
        known = self.memory.named(changes)
        for tries in range(TRIES):
            draft = Draft(self.gateway, changes, self.stock, known, careful=tries > 0)
            await draft.prepare(self.numbers)
            if not draft.batch.ops:
                return Committed()
            try:
                if await self._written(draft):
                    return await self._told(draft)
            except Collision:
                pass
            known = {}
            await asyncio.sleep(random.uniform(0, min(LONGEST, PAUSE * 2**tries)))
        raise Busy

    async def _written(self, draft: Draft) -> bool:
        """Writes the batch; True once it is. Without an answer a witness is asked: a document of the batch."""
        try:
            seen = await self.gateway.commit(draft.batch)
        except TooLarge as refusal:
            raise _too_large(draft) from refusal
        except Unsure as problem:
            return await self._witnessed(draft, problem)
        of = {op.key: at for op, at in zip(draft.batch.ops, seen, strict=True) if op.collection == TASKS}
        for task_id, stored in draft.kept.items():
            self.memory.learn(replace(stored, seen=of[key(task_id)]))
        return True

    async def _witnessed(self, draft: Draft, problem: Unsure) -> bool:
        if draft.events:
            return await self.gateway.get(EVENTS, draft.events[0].id) is not None
        for task_id, stored in draft.kept.items():
            row = await self.gateway.get(TASKS, key(task_id))
            return row is not None and of_row(row).task == stored.task
        raise StoreUnavailable(f"Firestore does not answer: {problem}.") from problem

    async def _told(self, draft: Draft) -> Committed:
        self.stock.learn(draft.bases)
        if draft.events:
            seqs = await self.feed.number([event.id for event in draft.events])
        else:
            seqs = []
            self.feed.beat()
        events = [replace(event, seq=seq) for event, seq in zip(draft.events, seqs, strict=True)]
        return Committed(_tasks(draft), tuple(sorted(events, key=lambda event: event.seq)))


def _tasks(draft: Draft) -> tuple[Task, ...]:
    return tuple(draft.after[task_id] for task_id in draft.ids)


def _too_large(draft: Draft) -> Exception:
    n = len(draft.changes.writes)
    said = f"these {n} changes are more than Firestore takes in one commit (10 MiB); send fewer at a time"
    return invalid("tasks", said)
