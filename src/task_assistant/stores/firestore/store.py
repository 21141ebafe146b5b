"""The Firestore store: the port's operations over one database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Key
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Item, Snapshot
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet, Committed, Tally, TimeBand
from task_assistant.stores.firestore import counts, edges, finding, papers, reading
from task_assistant.stores.firestore.claims import Claims, Nothing
from task_assistant.stores.firestore.commits import Commits, Memory
from task_assistant.stores.firestore.feed import Feed
from task_assistant.stores.firestore.finding import Finding
from task_assistant.stores.firestore.gateway import Gateway
from task_assistant.stores.firestore.layout import Stored
from task_assistant.stores.firestore.loading import load
from task_assistant.stores.firestore.meter import Meter
from task_assistant.stores.firestore.numbers import Numbers, key
from task_assistant.stores.firestore.opening import begin, head
from task_assistant.stores.firestore.recall import Recall
from task_assistant.stores.firestore.signal import FRESH, Signal
from task_assistant.stores.firestore.snapshots import snapshot
from task_assistant.stores.firestore.stock import Stock


class FirestoreStore:
    """`ports.store.Store` in a Firestore database; `fresh` is how old, in seconds, news of other processes may be."""

    def __init__(self, project: str, database: str = "(default)", *, fresh: float = FRESH) -> None:
        self._gateway = Gateway(project, database)
        self._stock = Stock(self._gateway)
        self._feed = Feed(self._gateway)
        self._signal = Signal(self._feed, self._stock, fresh)
        self._memory = Memory()
        self._commits = Commits(self._gateway, self._feed, self._stock, Numbers(), self._memory)
        self._claims = Claims(self._commits)
        self._recall = Recall()
        self._finding = Finding(self._gateway, self._stock)

    @property
    def project(self) -> str:
        """The project of the database."""
        return self._gateway.project

    @property
    def meter(self) -> Meter:
        """What this store has read and written so far."""
        return self._gateway.meter

    async def outlook(self) -> str | None:
        """See the port: one read."""
        await self._gateway.open()
        try:
            return None if await head(self._gateway) else "no tasks yet; the first start begins the database"
        finally:
            await self._gateway.close()

    async def open(self) -> None:
        """Connects, and begins an empty database. Raises StoreUnavailable."""
        await self._gateway.open()
        try:
            await begin(self._gateway)
            await self._feed.refresh()
            await self._feed.settle()
            await self._stock.refresh()
        except BaseException:
            await self._gateway.close()
            raise

    async def close(self) -> None:
        """Finishes what is under way and lets go."""
        await self._signal.close()
        await self._feed.close()
        await self._gateway.close()

    async def check(self) -> None:
        """See the port: one read."""
        await self._signal.look(now=True)

    async def position(self) -> int:
        """See the port."""
        await self._signal.look()
        return self._feed.head.seq

    async def stamp(self) -> int:
        """See the port; at most one read a second."""
        return await self._signal.stamp()

    async def changed(self, stamp: int, timeout: float) -> int:
        """See the port."""
        return await self._signal.changed(stamp, timeout)

    # -- tasks ---------------------------------------------------------------------------------------------------------

    async def get(self, task_id: int) -> Task | None:
        """See the port."""
        return (await self.get_many([task_id])).get(task_id)

    async def get_many(self, ids: Iterable[int]) -> dict[int, Task]:
        """See the port."""
        return {i: stored.task for i, stored in (await self._stored(ids)).items()}

    async def _stored(self, ids: Iterable[int]) -> dict[int, Stored]:
        return {i: self._memory.learn(one) for i, one in (await reading.some(self._gateway, ids)).items()}

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        """See the port."""
        known = await reading.owners(self._gateway, external_ids)
        tasks = await self.get_many(known.values())
        return {name: tasks[owner] for name, owner in known.items() if owner in tasks}

    async def find(self, query: Query) -> list[Task]:
        """See the port."""
        await self._signal.look()
        return [self._memory.learn(stored).task for stored in await self._finding.find(query)]

    @property
    def search_depth(self) -> int:
        """See the port: each task that is looked through is a read."""
        return finding.LOOKED_THROUGH

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        """See the port."""
        stamp = await self._signal.stamp()
        tally = self._recall.tally(stamp, now, private)
        if tally is None:
            tally = await counts.tally(self._gateway, now, private=private)
            self._recall.keep_tally(stamp, now, private, tally)
        return tally

    async def time_band(self, now: datetime) -> TimeBand:
        """See the port."""
        stamp = await self._signal.stamp()
        band = self._recall.band(stamp, now)
        if band is None:
            band = await counts.time_band(self._gateway, now)
            self._recall.keep_band(stamp, band)
        return band

    async def woken(self, now: datetime, limit: int) -> list[Task]:
        """See the port."""
        return [self._memory.learn(one).task for one in await reading.woken(self._gateway, now, limit)]

    async def due_reminders(
        self, now: datetime, sight: Sight, limit: int, after: Key | None = None
    ) -> list[Task]:
        """See the port."""
        beyond = None if after is None else (after[0], key(after[1]))
        return await reading.in_time(self._gateway, "remind_at", "<=", now, sight, limit, beyond)

    async def dated(self, since: datetime, sight: Sight, limit: int) -> list[Task]:
        """See the port."""
        return await reading.in_time(self._gateway, "dated_at", ">=", since, sight, limit)

    async def dependents(self, task_id: int) -> list[int]:
        """See the port."""
        return sorted(stored.task.id for stored in await edges.dependents(self._gateway, task_id))

    async def worked_on(self, agent: str, ids: Iterable[int]) -> set[int]:
        """See the port."""
        return {i for i, stored in (await self._stored(ids)).items() if agent in stored.workers}

    async def held_by(self, agent: str | None, now: datetime, limit: int | None = None) -> list[Task]:
        """See the port; reads all claims of that agent, or of all, that are not swept yet."""
        return (await reading.held_by(self._gateway, agent, now))[:limit]

    # -- writing -------------------------------------------------------------------------------------------------------

    async def commit(self, changes: ChangeSet) -> Committed:
        """See the port."""
        committed = await self._commits.commit(changes)
        self._signal.tell()
        return committed

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """See the port. While nothing changes, who found nothing costs no read."""
        stamp = await self._signal.stamp()
        if self._recall.nothing(stamp, wanted):
            return None
        taken = await self._claims.claim_next(wanted, take)
        if isinstance(taken, Nothing):
            if not taken.refused:
                self._recall.keep_nothing(stamp, wanted, taken.until)
            return None
        self._signal.tell()
        return taken

    async def peek(self, wanted: Wanted) -> Task | None:
        """See the port."""
        return await self._claims.peek(wanted)

    async def drop_expired(self, now: datetime) -> int:
        """See the port."""
        return await papers.drop_expired(self._gateway, now)

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """See the port."""
        return snapshot(self._gateway, self._feed, self._commits.standstill)

    async def load(self, items: Sequence[Item]) -> None:
        """See the port."""
        await load(self._gateway, self._feed, self._stock, items)
        self._signal.tell()

    # -- files, history, documents -------------------------------------------------------------------------------------

    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        """See the port."""
        return await papers.newest_records(self._gateway, task_id, kinds, limit)

    async def record(self, task_id: int, kind: RecordKind, n: int) -> Record | None:
        """See the port."""
        return await papers.one_record(self._gateway, task_id, kind, n)

    async def events(self, after: int, limit: int) -> list[Event]:
        """See the port."""
        await self._signal.look()
        return await self._feed.after(after, limit)

    async def task_events(self, task_id: int, after: int, limit: int) -> list[Event]:
        """See the port."""
        return await self._feed.of_task(task_id, after, limit)

    async def latest_events(self, task_id: int, before: int | None, limit: int) -> list[Event]:
        """See the port."""
        return await self._feed.newest_of_task(task_id, before, limit)

    async def event(self, event_id: str) -> Event | None:
        """See the port."""
        return await self._feed.one(event_id)

    async def document(self, kind: str, key: str, now: datetime) -> Document | None:
        """See the port."""
        return await papers.one_document(self._gateway, kind, key, now)

    async def documents(self, kind: str, now: datetime, keys: Sequence[str] | None = None) -> list[Document]:
        """See the port."""
        return await papers.some_documents(self._gateway, kind, now, keys)
