"""Commits: all or nothing, checked against what was read, and exactly what was written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from task_assistant.ports.store import ChangeSet, DocumentConflict, Stale, Store
from tests.factories import (
    MICROSECOND,
    NOW,
    changes,
    document,
    event,
    full_task,
    insert,
    later,
    task,
    update,
)
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import bare, change, put, put_one, stored, titles, whole_feed

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Commit(Backend):
    async def test_a_task_comes_back_with_every_field_as_it_was_written(self, store: Store) -> None:
        dependency = await put_one(store, task("First"))
        written = full_task(depends_on=(dependency.id,))
        there = await put_one(store, written)
        assert bare(there) == written.having(id=there.id, open_dependencies=1)
        assert await store.get(there.id) == there

    async def test_a_task_of_defaults_comes_back_as_it_was_written(self, store: Store) -> None:
        there = await put_one(store, task())
        assert bare(there) == task(id=there.id)
        assert await stored(store, there) == there

    @pytest.mark.parametrize(
        "at", [FIRST, LAST, later(microseconds=1), datetime(1969, 12, 31, 23, 59, tzinfo=UTC)]
    )
    async def test_times_survive_to_the_microsecond_in_every_year(self, store: Store, at: datetime) -> None:
        there = await put_one(store, task(due=at, reminder_at=at, deferred_until=at))
        found = await stored(store, there)
        assert (found.due, found.reminder_at, found.deferred_until) == (at, at, at)

    async def test_texts_survive_exactly(self, store: Store) -> None:
        text = "Zeile 1\r\n\t„Ünï“ 👩‍💻 ' \" \\ %s ; -- \u2028 e\u0301"
        there = await put_one(store, task(text, description=text, labels=(text,)))
        found = await stored(store, there)
        assert (found.title, found.description, found.labels) == (text, text, (text,))

    async def test_a_changed_task_replaces_the_one_that_was_read(self, store: Store) -> None:
        before = await put_one(store, task("Old"))
        after = await change(store, before, title="New", version=2)
        assert (after.title, after.version) == ("New", 2)
        assert await stored(store, before) == after

    async def test_every_write_changes_the_revision(self, store: Store) -> None:
        first = await put_one(store, task())
        second = await change(store, first, version=2)
        third = await change(store, second)
        assert len({first.revision, second.revision, third.revision}) == 3

    async def test_a_write_of_a_task_that_has_changed_since_it_was_read_is_stale(self, store: Store) -> None:
        read = await put_one(store, task("Old"))
        await change(store, read, title="New")
        with pytest.raises(Stale) as refusal:
            await store.commit(changes(update(read, title="Newer")))
        assert refusal.value.task_id == read.id
        assert (await stored(store, read)).title == "New"

    async def test_a_write_of_a_task_that_never_was_is_stale(self, store: Store) -> None:
        with pytest.raises(Stale):
            await store.commit(changes(update(task(id=77, revision=1), title="New")))
        assert await store.get(77) is None
        assert await whole_feed(store) == []

    async def test_one_stale_write_undoes_the_whole_commit(self, store: Store) -> None:
        good, bad = await put(store, task("Good"), task("Bad"))
        await change(store, bad, title="Changed")
        position = await store.position()
        everything = changes(
            insert(task("Inserted")), update(good, title="Updated"), update(bad, title="Lost"),
            documents=(document(),), events=(event(),), purge=(good.id,),
        )  # fmt: skip
        with pytest.raises(Stale):
            await store.commit(everything)
        assert sorted(await titles(store)) == ["Changed", "Good"]
        assert await store.document("source", "one", NOW) is None
        assert await store.position() == position
        assert len(await whole_feed(store)) == 3

    async def test_a_document_that_is_not_as_expected_undoes_the_whole_commit(self, store: Store) -> None:
        good = await put_one(store, task("Good"))
        missing = document(expect="present")
        with pytest.raises(DocumentConflict):
            await store.commit(changes(update(good, title="Updated"), documents=(document("two"), missing)))
        assert await titles(store) == ["Good"]
        assert await store.documents("source", NOW) == []
        assert len(await whole_feed(store)) == 1

    async def test_what_the_store_counts_cannot_be_written(self, store: Store) -> None:
        there = await put_one(store, task(open_dependencies=3, unblocks=4))
        assert (there.open_dependencies, there.unblocks) == (0, 0)
        changed = await change(store, there, open_dependencies=3, unblocks=4)
        assert (changed.open_dependencies, changed.unblocks) == (0, 0)
        assert await stored(store, there) == changed

    async def test_a_commit_answers_its_tasks_and_events_in_order(self, store: Store) -> None:
        old = await put_one(store, task("Old"))
        position = await store.position()
        told = [event() for _ in range(4)]
        answer = await store.commit(
            changes(
                insert(task("B"), events=(told[0], told[1])),
                update(old, events=(told[2],), title="A"),
                events=(told[3],),
            )
        )
        assert [t.title for t in answer.tasks] == ["B", "A"]
        assert [e.id for e in answer.events] == [e.id for e in told]
        assert [e.task_id for e in answer.events] == [answer.tasks[0].id, answer.tasks[0].id, old.id, None]
        seqs = [e.seq for e in answer.events]
        assert seqs == sorted(set(seqs))
        assert await store.events(position, 10) == list(answer.events)

    async def test_a_deleted_task_is_still_read_by_its_id(self, store: Store) -> None:
        there = await put_one(store, task())
        await change(store, there, deleted_at=later(seconds=1))
        assert (await stored(store, there)).deleted_at == later(seconds=1)

    async def test_a_task_that_never_was_reads_as_nothing(self, store: Store) -> None:
        assert await store.get(1) is None
        assert await store.get(2**53 - 1) is None

    async def test_many_tasks_are_read_at_once_and_unknown_ids_are_left_out(self, store: Store) -> None:
        one, two, _ = await put(store, task("One"), task("Two"), task("Three"))
        assert await store.get_many([two.id, one.id, 10_000, one.id]) == {one.id: one, two.id: two}
        assert await store.get_many([]) == {}

    async def test_a_commit_of_five_hundred_tasks_is_one_commit(self, store: Store) -> None:
        there = await put(store, *(task(f"Task {n}") for n in range(500)))
        assert [t.title for t in there] == [f"Task {n}" for n in range(500)]
        assert len(await whole_feed(store)) == 500

    async def test_a_silent_write_leaves_no_event(self, store: Store) -> None:
        there = await put_one(store, task())
        await store.commit(changes(update(there, events=(), title="Silent")))
        assert await titles(store) == ["Silent"]
        assert len(await whole_feed(store)) == 1

    async def test_concurrent_changes_lose_no_update(self, store: Store) -> None:
        there = await put_one(store, task())
        stale = 0

        async def count_up() -> None:
            nonlocal stale
            while True:
                read = await stored(store, there)
                try:
                    await store.commit(changes(update(read, version=read.version + 1)))
                except Stale:
                    stale += 1
                else:
                    return

        await asyncio.gather(*(count_up() for _ in range(12)))
        assert stale > 0, "they never met, so this proves nothing"
        assert (await stored(store, there)).version == 13

    async def test_an_empty_commit_changes_nothing(self, store: Store) -> None:
        answer = await store.commit(ChangeSet(NOW + MICROSECOND))
        assert (answer.tasks, answer.events) == ((), ())
        assert await store.position() == 0
