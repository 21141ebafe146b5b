"""A dump into an empty store: in batches, each with a mark of how far it came, so that a load that ended goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from task_assistant.domain.errors import NotTheSame, StoreNotEmpty
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import PARTS, Item, Kept, Place
from task_assistant.ports.store import Store
from task_assistant.services.moving.dumping import summary_of
from task_assistant.services.moving.kinds import LEFT_OUT, MARK, Keys
from task_assistant.services.moving.reading import Reading, Row, Summary

BATCH_ITEMS, BATCH_BYTES = 200, 1_000_000
Lines = Callable[[], AsyncIterator[bytes]]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did: `resumed` if it went on with one that had ended; `there` if everything was there before."""

    summary: Summary
    resumed: bool = False
    there: bool = False


async def load(
    store: Store, lines: Lines, summary: Summary, now: datetime, progress: Progress = lambda _: None
) -> Loaded:
    """Loads what `summary` was told of, and compares what is in the store then, line by line, by its checksum.

    Raises StoreNotEmpty, NotTheSame, and what the store raises; started again with the same dump, it goes on.
    """
    found = await look(store, summary, now)
    if found.there:
        return found
    mark = await _mark(store, now)
    await _Load(store, summary, _Reached.of(mark), progress).run(lines())
    if not await _holds(store, summary, now):
        raise NotTheSame
    await store.load([Document(MARK, MARK, None)])
    return found


async def look(store: Store, summary: Summary, now: datetime) -> Loaded:
    """What a load would do, without doing it. Raises StoreNotEmpty."""
    mark = await _mark(store, now)
    if mark is not None and mark["sha256"] != summary.sha256:
        raise StoreNotEmpty("it holds half of another dump")
    if mark is None and not await _empty(store):
        if await _holds(store, summary, now):
            return Loaded(summary, there=True)
        raise StoreNotEmpty("it has tasks or settings of its own")
    return Loaded(summary, resumed=mark is not None)


async def half_loaded(store: Store, now: datetime) -> bool:
    """True while a load has ended before its time: what is there is not whole."""
    return await _mark(store, now) is not None


async def _mark(store: Store, now: datetime) -> dict[str, Any] | None:
    found = await store.document(MARK, MARK, now)
    return None if found is None else found.data


async def _empty(store: Store) -> bool:
    """No task and no event, and of documents only what is never in a dump."""
    async with store.snapshot() as snapshot:
        if await snapshot.count("task") or await snapshot.count("event"):
            return False
        after: Place | None = None
        while page := await snapshot.read("document", after, BATCH_ITEMS):
            documents = [item for item in page if isinstance(item, Document)]
            if any(document.kind not in LEFT_OUT for document in documents):
                return False
            after = (documents[-1].kind, documents[-1].key)
    return True


async def _holds(store: Store, summary: Summary, now: datetime) -> bool:
    async with store.snapshot() as snapshot:
        if await snapshot.count("event") != summary.counts["event"]:
            return False
        return await summary_of(snapshot, now, Keys(summary.keys)) == summary


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far an earlier try came: everything up to this place of this part is in the store."""

    part: int = 0
    place: Place = ()

    @classmethod
    def of(cls, mark: dict[str, Any] | None) -> _Reached:
        return cls() if mark is None else cls(mark["part"], tuple(mark["place"]))

    def beyond(self, row: Row) -> bool:
        return (PARTS.index(row.part), row.place) > (self.part, self.place)


@dataclass(slots=True)
class _Load:
    store: Store
    summary: Summary
    reached: _Reached
    progress: Progress
    batch: list[Item] = field(default_factory=list)
    size: int = 0
    done: int = 0
    later: list[Kept] = field(default_factory=list)

    async def run(self, lines: AsyncIterator[bytes]) -> None:
        last: Row | None = None
        async for row in Reading(lines).rows():
            if last is not None and last.part == "task" != row.part:
                await self._flush(last)
                await self._connect(last)
            self._take(row)
            if len(self.batch) >= BATCH_ITEMS or self.size >= BATCH_BYTES:
                await self._flush(row)
            last = row
        if last is not None:
            await self._flush(last)
            if last.part == "task":
                await self._connect(last)

    def _take(self, row: Row) -> None:
        item = row.item
        if isinstance(item, Kept) and any(i > item.task.id for i in item.task.depends_on):
            self.later.append(item)  # what it depends on is not there yet
            item = replace(item, task=item.task.having(depends_on=()))
        self.done += 1
        if self.reached.beyond(row):
            self.batch.append(item)
            self.size += row.size

    async def _flush(self, row: Row) -> None:
        if self.batch:
            await self.store.load([*self.batch, self._marked(row)])
            self.progress(self.done)
        self.batch, self.size = [], 0

    async def _connect(self, last: Row) -> None:
        """Once all tasks are there, those that depend on a later one are written again, whole."""
        if self.reached.part > PARTS.index("task"):
            return
        for start in range(0, len(self.later), BATCH_ITEMS):
            await self.store.load([*self.later[start : start + BATCH_ITEMS], self._marked(last)])
        self.later = []

    def _marked(self, row: Row) -> Document:
        at = {"sha256": self.summary.sha256, "part": PARTS.index(row.part), "place": list(row.place)}
        return Document(MARK, MARK, at)
