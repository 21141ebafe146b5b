"""Moving house: a snapshot holds everything as it was at one moment, and what is loaded elsewhere is the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.records import Record
from task_assistant.domain.task import Status, Task
from task_assistant.ports.moving import PARTS, Item, Kept, Part, Place, Snapshot, place
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import Store
from tests.factories import (
    NOW,
    agent_task,
    changes,
    claimed_task,
    document,
    event,
    full_task,
    insert,
    later,
    task,
    update,
)
from tests.stores.conformance.backend import Backend, Home
from tests.stores.conformance.telling import asking, change, put, put_one, stored, taking, titles, whole_feed

A_FEW = 3  # items on a page


async def read(snapshot: Snapshot, part: Part, limit: int = A_FEW) -> list[Item]:
    """All items of a part, page by page."""
    found: list[Item] = []
    after: Place | None = None
    while page := await snapshot.read(part, after, limit):
        found += page
        after = place(page[-1])
    return found


async def everything(store: Store) -> list[Item]:
    """All that the store keeps, without what it derives itself."""
    async with store.snapshot() as snapshot:
        parts = {part: await read(snapshot, part) for part in PARTS}
        assert {part: await snapshot.count(part) for part in PARTS} == {p: len(i) for p, i in parts.items()}
    return [bare(item) for part in PARTS for item in parts[part]]


def bare(item: Item) -> Item:
    if isinstance(item, Kept):
        return replace(item, task=item.task.having(revision=0, open_dependencies=0, unblocks=0))
    return item


async def furnished(store: Store) -> list[Task]:
    """A bit of everything: a full task, dependencies both ways, a claim, a deleted and a purged task, documents."""
    records = [Record("comment", n, {"text": f"Nr {n}", "at": {"deep": [1, None]}}) for n in (1, 2, 10)]
    full = await put_one(
        store, full_task(), *records, Record("artifact", 1, {"name": "a.diff"}, "+ Übung\n\u2028"),
        now=later(minutes=1),
    )  # fmt: skip
    plain, held, gone, purged = await put(
        store, task("Plain", due=later(hours=3)), claimed_task("beta", lease=60),
        task("Gone", deleted_at=NOW, external_id="gone"), task("Purged", external_id="purged"),
    )  # fmt: skip
    await change(store, plain, depends_on=(held.id,), now=later(seconds=5))
    waits = await put_one(store, agent_task("Waits", depends_on=(plain.id, full.id)))
    told = event(
        EventType.PURGED, task_id=purged.id, text="by request", lesson={"agent": True, "weight": 0.5}
    )
    kept = document(
        "ä/b", {"n": [1.5, None, "x"]}, expires_at=later(hours=1, microseconds=1), tasks=(plain.id,)
    )
    more = (kept, document("one", kind="source-of"), document("z", kind="key"), document("Z", kind="key"))
    await store.commit(changes(events=(told,), documents=more, purge=(purged.id,), now=later(minutes=2)))
    return [full, plain, held, gone, purged, waits]


async def moved(home: Home, store: Store, pages: int = A_FEW) -> Store:
    """Another store, at a home of its own, into which everything was loaded page by page."""
    other = await home.elsewhere()
    async with store.snapshot() as snapshot:
        for part in PARTS:
            items = await read(snapshot, part)
            if part == "task":
                await other.load(items)
                continue
            for start in range(0, len(items), pages):
                await other.load(items[start : start + pages])
    return other


async def told_up_to(store: Store, seq: int) -> None:
    """Waits while others write."""
    while await store.position() < seq:
        await store.changed(await store.stamp(), 5)


class Moving(Backend):
    async def test_a_snapshot_under_write_load_agrees_with_its_events(self, store: Store) -> None:
        there = await put(store, *(task(f"Task {n}") for n in range(6)))
        stop = asyncio.Event()

        async def edits(one: Task) -> None:
            while not stop.is_set():
                told = event(task_id=one.id, version=one.version + 1)
                one = (
                    await store.commit(changes(update(one, events=(told,), version=one.version + 1)))
                ).tasks[0]

        writers = [asyncio.create_task(edits(one)) for one in there]
        feed: list[Event] = []
        for _ in range(3):
            begun = await store.position()
            async with store.snapshot() as snapshot:
                await told_up_to(store, begun + 12)
                kept = [each for each in await read(snapshot, "task") if isinstance(each, Kept)]
                await told_up_to(store, begun + 24)
                feed = [each for each in await read(snapshot, "event", 50) if isinstance(each, Event)]
            tasks = {each.task.id: each.task for each in kept}
            latest = {told.task_id: told.version for told in feed}
            assert {task_id: each.version for task_id, each in tasks.items()} == latest
            assert feed == await store.events(0, len(feed))
        stop.set()
        await asyncio.gather(*writers)
        assert await store.position() > len(feed)

    async def test_an_empty_store_has_an_empty_snapshot(self, store: Store) -> None:
        assert await everything(store) == []

    async def test_a_snapshot_holds_every_part_in_the_order_of_its_places(self, store: Store) -> None:
        there = await furnished(store)
        items = await everything(store)
        places = [(type(item).__name__, place(item)) for item in items]
        assert len(set(places)) == len(places)
        for kind in {name for name, _ in places}:
            assert [at for name, at in places if name == kind] == sorted(at for n, at in places if n == kind)
        kept = [item for item in items if isinstance(item, Kept)]
        assert [each.task.id for each in kept] == sorted(each.id for each in there)
        assert [each.task.id for each in kept if each.digest] == [there[4].id]
        assert {name for each in kept for name in each.workers} == {"alpha", "beta"}

    async def test_a_snapshot_stays_as_it_was_while_others_write(self, store: Store) -> None:
        await furnished(store)
        before = await everything(store)
        async with store.snapshot() as snapshot:
            first = await snapshot.read("task", None, 2)
            await change(store, first[1].task, title="Changed")  # type: ignore[union-attr]  # a part of tasks
            await put_one(store, task("New"), Record("comment", 1, {"text": "New"}))
            await store.commit(
                changes(documents=(document("new"), replace(document("Z", kind="key"), data=None)))
            )
            assert [bare(i) for part in PARTS for i in await read(snapshot, part)] == before
        assert await everything(store) != before

    async def test_what_was_loaded_is_the_same_as_what_was_read(self, home: Home) -> None:
        store = await home.open()
        there = await furnished(store)
        other = await moved(home, store)
        assert await everything(other) == await everything(store)
        assert await whole_feed(other) == await whole_feed(store)
        assert await other.record(there[0].id, "artifact", 1) == await store.record(
            there[0].id, "artifact", 1
        )
        assert await other.documents("key", NOW) == await store.documents("key", NOW)

    async def test_a_loaded_store_derives_what_the_first_one_did(self, home: Home) -> None:
        store = await home.open()
        there = await furnished(store)
        other = await moved(home, store)
        for query in (asking(), asking(include_closed=True), asking(label="work"), asking(text="plain")):
            found = [t.id for t in await other.find(query)]
            assert found == [t.id for t in await store.find(query)]
        for each in there:
            old, new = await stored(store, each), await stored(other, each)
            assert (new.open_dependencies, new.unblocks) == (old.open_dependencies, old.unblocks)
            assert await other.dependents(each.id) == await store.dependents(each.id)
        assert await other.tally(NOW, private=True) == await store.tally(NOW, private=True)
        assert await other.woken(later(hours=2), 9) == await stored_in(
            other, await store.woken(later(hours=2), 9)
        )
        assert await other.worked_on("beta", [t.id for t in there]) == {there[2].id}

    async def test_life_goes_on_in_a_loaded_store(self, home: Home) -> None:
        store = await home.open()
        there = await furnished(store)
        other = await moved(home, store)
        position = await other.position()
        assert position == await store.position()
        done = await other.commit(changes(insert(task("New"))))
        assert done.tasks[0].id > max(each.id for each in there)
        assert done.events[0].seq > position
        await change(other, there[2], status=Status.DONE, claim=None)
        assert (await stored(other, there[1])).open_dependencies == 0
        assert "Plain" in await titles(other)
        claimed = await other.claim_next(Wanted(later(hours=3), "beta"), taking("beta", later(hours=3)))
        assert claimed is None or claimed.tasks[0].claim is not None

    async def test_external_ids_stay_taken_after_a_move_also_those_of_purged_tasks(self, home: Home) -> None:
        store = await home.open()
        there = await furnished(store)
        other = await moved(home, store)
        for name, owner in (("mail-1", there[0]), ("gone", there[3]), ("purged", there[4])):
            assert (await other.by_external_ids([name]))[name].id == owner.id
            with pytest.raises(ExternalIdTaken) as refusal:
                await put_one(other, task("Again", external_id=name))
            assert refusal.value.task_id == owner.id

    async def test_loading_the_same_again_changes_nothing(self, home: Home) -> None:
        store = await home.open()
        await furnished(store)
        other = await moved(home, store)
        before, tally = await everything(other), await other.tally(NOW, private=True)
        async with store.snapshot() as snapshot:
            for part in PARTS:
                await other.load(await read(snapshot, part))
        assert await everything(other) == before
        assert await other.tally(NOW, private=True) == tally

    async def test_gaps_between_numbers_stay(self, store: Store) -> None:
        await store.load([event(seq=5, id="a"), event(seq=9, id="b")])
        assert [(e.seq, e.id) for e in await whole_feed(store)] == [(5, "a"), (9, "b")]
        assert [e.seq for e in await store.events(5, 10)] == [9]
        assert await store.position() == 9
        told = await store.event("b")
        assert told is not None
        assert told.seq == 9
        new = await store.commit(changes(insert(task())))
        assert new.events[0].seq > 9
        assert [e.id for e in await store.task_events(new.tasks[0].id, 0, 5)] == [new.events[0].id]

    async def test_a_load_that_fails_leaves_nothing(self, store: Store) -> None:
        orphan = Kept(task("Orphan", id=7, depends_on=(99,)), NOW)
        with pytest.raises(Exception):  # noqa: B017, PT011 -- which one is the store's own matter
            await store.load([Kept(task("Fine", id=3), NOW), orphan])
        assert await everything(store) == []


async def stored_in(store: Store, tasks: list[Task]) -> list[Task]:
    """The same tasks as this store has them."""
    return [await stored(store, each) for each in tasks]
