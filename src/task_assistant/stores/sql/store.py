"""The SQL store: the port's operations, each one transaction on a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Generic, TypeVar

from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Key
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Item, Snapshot
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet, Committed, Tally, TimeBand
from task_assistant.stores.sql import (
    claims,
    commits,
    counts,
    documents,
    find,
    history,
    loading,
    reading,
    records,
    reminding,
)
from task_assistant.stores.sql.database import Database
from task_assistant.stores.sql.snapshots import SqlSnapshot

D = TypeVar("D", bound=Database)


class SqlStore(Generic[D]):
    """`ports.store.Store` in a database."""

    def __init__(self, database: D) -> None:
        self._database = database
        self._read = database.read
        self._write = database.write
        self._claims_failed = True  # the last one found nothing: look before asking for the lock

    async def outlook(self) -> str | None:
        """See the port."""
        return await self._database.outlook()

    async def open(self) -> None:
        """See the port."""
        await self._database.open()

    async def close(self) -> None:
        """Finishes what was asked for."""
        await self._database.close()

    async def check(self) -> None:
        """See the port."""
        await self._database.check()

    async def position(self) -> int:
        """See the port."""
        return await self._read(history.position)

    async def stamp(self) -> int:
        """See the port; asks no table."""
        return self._database.signal.stamp()

    async def changed(self, stamp: int, timeout: float) -> int:  # the port's name; it is how long to wait
        """See the port."""
        return await self._database.signal.changed(stamp, timeout)

    async def get(self, task_id: int) -> Task | None:
        """See the port."""
        return await self._read(lambda c: reading.get(c, task_id))

    async def get_many(self, ids: Iterable[int]) -> dict[int, Task]:
        """See the port."""
        return await self._read(lambda c: reading.get_many(c, ids))

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        """See the port."""
        return await self._read(lambda c: reading.by_external_ids(c, external_ids))

    async def find(self, query: Query) -> list[Task]:
        """See the port."""
        return await self._read(lambda c: find.find(c, query))

    @property
    def search_depth(self) -> None:
        """See the port: no limit."""

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        """See the port."""
        return await self._read(lambda c: counts.tally(c, now, private=private))

    async def time_band(self, now: datetime) -> TimeBand:
        """See the port."""
        return await self._read(lambda c: counts.time_band(c, now))

    async def commit(self, changes: ChangeSet) -> Committed:
        """See the port."""
        return await self._write(lambda c: commits.commit(c, changes))

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """See the port. Once there was nothing to claim, no lock is asked for until there may be."""
        if self._claims_failed and not await self._read(lambda c: claims.any_candidate(c, wanted)):
            return None
        committed = await self._write(lambda c: claims.claim_next(c, wanted, take))
        self._claims_failed = committed is None
        return committed

    async def peek(self, wanted: Wanted) -> Task | None:
        """See the port."""
        return await self._read(lambda c: claims.first(c, wanted, lambda task: task))

    async def woken(self, now: datetime, limit: int) -> list[Task]:
        """See the port."""
        return await self._read(lambda c: claims.woken(c, now, limit))

    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        """See the port."""
        return await self._read(lambda c: reminding.due_reminders(c, now, sight, limit, after))

    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        """See the port."""
        return await self._read(lambda c: reminding.dated(c, since, sight, limit))

    async def dependents(self, task_id: int) -> list[int]:
        """See the port."""
        return await self._read(lambda c: reading.dependents(c, task_id))

    async def worked_on(self, agent: str, ids: Iterable[int]) -> set[int]:
        """See the port."""
        return await self._read(lambda c: reading.worked_on(c, agent, ids))

    async def held_by(self, agent: str | None, now: datetime, limit: int | None = None) -> list[Task]:
        """See the port."""
        return await self._read(lambda c: claims.held_by(c, agent, now, limit))

    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        """See the port."""
        return await self._read(lambda c: records.newest(c, task_id, kinds, limit))

    async def record(self, task_id: int, kind: RecordKind, n: int) -> Record | None:
        """See the port."""
        return await self._read(lambda c: records.read(c, task_id, kind, n))

    async def events(self, after: int, limit: int) -> list[Event]:
        """See the port."""
        return await self._read(lambda c: history.feed(c, after, limit))

    async def task_events(self, task_id: int, after: int, limit: int) -> list[Event]:
        """See the port."""
        return await self._read(lambda c: history.of_task(c, task_id, after, limit))

    async def latest_events(self, task_id: int, before: int | None, limit: int) -> list[Event]:
        """See the port."""
        return await self._read(lambda c: history.newest_of_task(c, task_id, before, limit))

    async def event(self, event_id: str) -> Event | None:
        """See the port."""
        return await self._read(lambda c: history.by_id(c, event_id))

    async def document(self, kind: str, key: str, now: datetime) -> Document | None:
        """See the port."""
        return await self._read(lambda c: documents.one(c, kind, key, now))

    async def documents(self, kind: str, now: datetime, keys: Sequence[str] | None = None) -> list[Document]:
        """See the port."""
        return await self._read(lambda c: documents.some(c, kind, now, keys))

    async def drop_expired(self, now: datetime) -> int:
        """See the port."""
        return await self._write(lambda c: documents.drop_expired(c, now))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """See the port."""
        async with self._database.snapshot() as connection:
            yield SqlSnapshot(connection)

    async def load(self, items: Sequence[Item]) -> None:
        """See the port."""
        await self._write(lambda c: loading.load(c, items))
