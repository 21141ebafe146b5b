"""The feed: every committed event once, in an order that a reader can follow."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from task_assistant.domain.history import Event, EventType
from task_assistant.ports.store import Stale, Store
from tests.factories import changes, event, insert, later, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import ENOUGH, put, put_one, stored, whole_feed


class EventsFeed(Backend):
    async def test_an_event_comes_back_with_every_field_as_it_was_written(self, store: Store) -> None:
        there = await put_one(store, task())
        told = event(
            EventType.UNDONE, actor="agent:älpha", via="mcp", at=later(microseconds=3), version=7, text="Why ' \" 👩‍💻",
            changes={"title": ("Old", "New"), "labels": ([], ["a"]), "claim": (None, {"agent": "a", "n": [1.5]})},
            undoes="e-1", request_id="r-1",
        )  # fmt: skip
        answer = await store.commit(changes(update(there, events=(told,))))
        (found,) = answer.events
        assert replace(found, seq=0) == replace(told, task_id=there.id)
        assert await store.event(told.id) == found
        assert (await whole_feed(store))[-1] == found
        assert (await store.task_events(there.id, 0, 10))[-1] == found

    async def test_an_event_of_no_task_comes_back_too(self, store: Store) -> None:
        told = event(EventType.AGENTS_PAUSED)
        (found,) = (await store.commit(changes(events=(told,)))).events
        assert replace(found, seq=0) == told
        assert await whole_feed(store) == [found]

    async def test_an_unknown_event_reads_as_nothing(self, store: Store) -> None:
        assert await store.event("nobody") is None

    async def test_seq_rises_from_one_commit_to_the_next_as_declared(self, store: Store) -> None:
        for _ in range(3):
            await put(store, task(), task())
        seqs = [each.seq for each in await whole_feed(store)]
        assert len(seqs) == 6
        assert seqs == sorted(set(seqs))
        if self.capabilities.consecutive_seq:
            assert seqs == list(range(1, 7))

    async def test_a_refused_commit_leaves_no_trace_in_the_feed(self, store: Store) -> None:
        there = await put_one(store, task())
        await store.commit(changes(update(there)))
        lost = event()
        with pytest.raises(Stale):
            await store.commit(changes(insert(task(), events=(lost,)), update(there)))
        after = await put_one(store, task())
        seqs = [each.seq for each in await whole_feed(store)]
        assert len(seqs) == 3
        assert await store.event(lost.id) is None
        assert [each.seq for each in await store.task_events(after.id, 0, 10)] == seqs[2:]
        if self.capabilities.consecutive_seq:
            assert seqs == [1, 2, 3]

    async def test_a_reader_goes_on_after_the_last_seq_it_saw(self, store: Store) -> None:
        await put(store, *(task(f"Task {n}") for n in range(7)))
        everything = await whole_feed(store)
        assert len(everything) == 7
        seen: list[Event] = []
        for size in (3, 3, 1, 0):
            page = await store.events(seen[-1].seq if seen else 0, 3)
            assert len(page) == size
            seen += page
        assert seen == everything

    async def test_the_position_is_that_of_the_last_event(self, store: Store) -> None:
        assert await store.position() == 0
        await put(store, task(), task())
        assert await store.position() == (await whole_feed(store))[-1].seq
        assert await store.events(await store.position(), 10) == []

    async def test_a_task_has_a_history_of_its_own(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        for version in (2, 3, 4):
            await store.commit(changes(update(await stored(store, one), version=version)))
            await store.commit(changes(update(await stored(store, two), version=version)))
        history = await store.task_events(one.id, 0, 100)
        assert [each.task_id for each in history] == [one.id] * 4
        assert history == [each for each in await whole_feed(store) if each.task_id == one.id]
        assert await store.task_events(one.id, history[1].seq, 1) == history[2:3]
        assert await store.task_events(one.id, history[-1].seq, 10) == []
        assert await store.task_events(10_000, 0, 10) == []

    async def test_a_task_has_its_newest_events_first_page_by_page(self, store: Store) -> None:
        one, _ = await put(store, task("One"), task("Two"))
        for version in (2, 3, 4):
            await store.commit(changes(update(await stored(store, one), version=version)))
        newest_first = (await store.task_events(one.id, 0, 100))[::-1]
        assert await store.latest_events(one.id, None, 100) == newest_first
        assert await store.latest_events(one.id, None, 2) == newest_first[:2]
        assert await store.latest_events(one.id, newest_first[1].seq, 1) == newest_first[2:3]
        assert await store.latest_events(one.id, newest_first[-1].seq, 10) == []
        assert await store.latest_events(10_000, None, 10) == []

    async def test_interleaved_readers_get_every_event_exactly_once(self, store: Store) -> None:
        writing = Writing(store)
        readers = [Reading(writing) for _ in range(3)]
        await asyncio.gather(*(reader.follow() for reader in readers), writing.write_all())
        assert all(reader.met for reader in readers), (
            "no reader read between two commits, so this proves nothing"
        )
        everything = await whole_feed(store)
        assert len(everything) == writing.writers * (2 * writing.steps - 1)
        for reader in readers:
            assert Counter(each.id for each in reader.seen) == Counter(each.id for each in everything)
            for task_id in {each.task_id for each in everything}:
                history = await store.task_events(task_id or 0, 0, 1_000)
                assert [each for each in reader.seen if each.task_id == task_id] == history
                assert [each.version for each in history] == sorted(each.version or 0 for each in history)


@dataclass
class Writing:
    """Writers that each change a task of their own, step by step, two events a step."""

    store: Store
    writers: int = 4
    steps: int = 12
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def write_all(self) -> None:
        await asyncio.gather(*map(self._write, range(self.writers)))
        self.done.set()

    async def _write(self, name: int) -> None:
        there = await put_one(self.store, task(f"Task {name}"))
        for version in range(2, self.steps + 1):
            told = event(task_id=there.id, version=version), event(task_id=there.id, version=version)
            there = (await self.store.commit(changes(update(there, events=told, version=version)))).tasks[0]


@dataclass
class Reading:
    """One reader of the feed; `met` counts its readings while writers were at work."""

    writing: Writing
    seen: list[Event] = field(default_factory=list)
    met: int = 0

    async def follow(self) -> None:
        last_look = False
        while not last_look:
            stamp, last_look = await self.writing.store.stamp(), self.writing.done.is_set()
            await self._read()
            await self.writing.store.changed(stamp, 0 if last_look else 0.05)

    async def _read(self) -> None:
        for _ in range(ENOUGH):
            page = await self.writing.store.events(self.seen[-1].seq if self.seen else 0, 5)
            if not page:
                return
            self.seen += page
            self.met += not self.writing.done.is_set()
