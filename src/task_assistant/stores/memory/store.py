"""The store port on a `Board`. Reads and commits run without a pause, so the event loop alone makes them atomic."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import datetime

from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Key
from task_assistant.domain.purging import external_digest
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Item, Snapshot
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet, Committed, Tally, TimeBand
from task_assistant.stores.memory import reading
from task_assistant.stores.memory.board import Board, plain
from task_assistant.stores.memory.committing import commit, live
from task_assistant.stores.memory.moving import MemorySnapshot, load


class MemoryStore:
    """The reference implementation of `ports.store.Store`; forgets everything with its process.

    Commits first let others run, as a store behind a disk or a network does, so that races show in tests.
    """

    def __init__(self) -> None:
        self.board = Board()
        self._commits = 0
        self._news = asyncio.Event()

    async def open(self) -> None:
        """Nothing to open."""

    async def outlook(self) -> None:
        """Nothing is there before it is open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def check(self) -> None:
        """Always reachable and current."""

    async def position(self) -> int:
        """See the port."""
        return self.board.position

    async def stamp(self) -> int:
        """The number of commits."""
        return self._commits

    async def changed(self, stamp: int, timeout: float) -> int:
        """See the port."""
        try:
            async with asyncio.timeout(timeout):
                while self._commits == stamp:
                    await self._news.wait()
        except TimeoutError:
            pass  # the promise: at most that long
        return self._commits

    # -- tasks ---------------------------------------------------------------------------------------------------------

    async def get(self, task_id: int) -> Task | None:
        """See the port."""
        return self.board.tasks.get(task_id)

    async def get_many(self, ids: Iterable[int]) -> dict[int, Task]:
        """Those that exist, by id."""
        return {task_id: self.board.tasks[task_id] for task_id in ids if task_id in self.board.tasks}

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        """See the port."""
        owners = ((name, self.board.external.get(external_digest(name))) for name in external_ids)
        return {name: self.board.tasks[owner] for name, owner in owners if owner is not None}

    async def find(self, query: Query) -> list[Task]:
        """See the port's Query."""
        return reading.find(self.board, query)

    @property
    def search_depth(self) -> None:
        """See the port: no limit."""

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        """See the port's Tally; private tasks count only with `private`."""
        return reading.tally(self.board, now, private=private)

    async def time_band(self, now: datetime) -> TimeBand:
        """See the port's TimeBand."""
        return reading.time_band(self.board, now)

    async def woken(self, now: datetime, limit: int) -> list[Task]:
        """See the port; in the order of the ends."""
        return reading.woken(self.board, now)[:limit]

    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        """See the port."""
        return reading.due_reminders(self.board, now, sight, after)[:limit]

    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        """See the port."""
        return reading.dated(self.board, since, sight)[:limit]

    async def dependents(self, task_id: int) -> list[int]:
        """The ids of all that name this task in `depends_on`, in order."""
        return sorted(self.board.dependents[task_id])

    async def worked_on(self, agent: str, ids: Iterable[int]) -> set[int]:
        """See the port."""
        return self.board.worked_on[agent].intersection(ids)

    async def held_by(self, agent: str | None, now: datetime, limit: int | None = None) -> list[Task]:
        """See the port."""
        return reading.held_by(self.board, agent, now)[:limit]

    # -- writing -------------------------------------------------------------------------------------------------------

    async def commit(self, changes: ChangeSet) -> Committed:
        """See the port."""
        await asyncio.sleep(0)
        return self._commit(changes)

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """See the port."""
        await asyncio.sleep(0)
        for task in reading.candidates(self.board, wanted):
            changes = take(task)
            if changes is not None:
                return self._commit(changes)
        return None

    async def peek(self, wanted: Wanted) -> Task | None:
        """See the port."""
        return next(iter(reading.candidates(self.board, wanted)), None)

    async def drop_expired(self, now: datetime) -> int:
        """See the port."""
        gone = [d for kind in self.board.documents.values() for d in kind.values() if live(d, now) is None]
        for document in gone:
            self.board.put_document(replace(document, data=None))
        return len(gone)

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """See the port."""
        return nullcontext(MemorySnapshot(self.board))

    async def load(self, items: Sequence[Item]) -> None:
        """See the port."""
        await asyncio.sleep(0)
        load(self.board, items)
        self._tell()

    def _commit(self, changes: ChangeSet) -> Committed:
        committed = commit(self.board, changes)
        self._tell()
        return committed

    def _tell(self) -> None:
        self._commits += 1
        self._news.set()
        self._news = asyncio.Event()

    # -- files, history, documents -------------------------------------------------------------------------------------

    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        """See the port."""
        file = self.board.files.get(task_id, {})
        entries = [file.get(kind, {}) for kind in kinds]
        newest = [entry[n] for entry in entries for n in sorted(entry, reverse=True)[:limit]]
        return [replace(record, data=plain(record.data), text=None) for record in newest]

    async def record(self, task_id: int, kind: RecordKind, n: int) -> Record | None:
        """See the port."""
        found = self.board.files.get(task_id, {}).get(kind, {}).get(n)
        return found and replace(found, data=plain(found.data))

    async def events(self, after: int, limit: int) -> list[Event]:
        """See the port."""
        first = self.board.after(after)
        return self.board.feed[first : first + limit]

    async def task_events(self, task_id: int, after: int, limit: int) -> list[Event]:
        """See the port."""
        seqs = self.board.histories.get(task_id, [])
        first = bisect_right(seqs, after)
        return [self.board.told(seq) for seq in seqs[first : first + limit]]

    async def latest_events(self, task_id: int, before: int | None, limit: int) -> list[Event]:
        """See the port."""
        seqs = self.board.histories.get(task_id, [])
        end = len(seqs) if before is None else bisect_left(seqs, before)
        return [self.board.told(seq) for seq in reversed(seqs[max(0, end - limit) : end])]

    async def event(self, event_id: str) -> Event | None:
        """See the port."""
        seq = self.board.seqs.get(event_id)
        return self.board.told(seq) if seq is not None else None

    async def document(self, kind: str, key: str, now: datetime) -> Document | None:
        """See the port."""
        found = live(self.board.documents[kind].get(key), now)
        return found and replace(found, data=plain(found.data))

    async def documents(self, kind: str, now: datetime, keys: Sequence[str] | None = None) -> list[Document]:
        """See the port."""
        there = self.board.documents[kind]
        names = sorted(there if keys is None else set(keys).intersection(there))
        found = (live(there[name], now) for name in names)
        return [replace(document, data=plain(document.data)) for document in found if document is not None]
