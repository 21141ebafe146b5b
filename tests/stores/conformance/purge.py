"""Purge: a task's texts are gone from everything that the store gives out; numbers stay."""

from __future__ import annotations

import pytest

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.history import EventType
from task_assistant.domain.purging import erased
from task_assistant.domain.records import Record
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import Stale, Store
from tests.factories import (
    NOW,
    agent_task,
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
from tests.stores.conformance.telling import asking, bare, change, put_one, stored, taking, titles, whole_feed

SECRET = "Zwetschgenkuchen"


async def secretive(store: Store) -> Task:
    """A task with the secret in every text that the store keeps."""
    told = event(changes={"title": (None, SECRET)}, text=SECRET)
    records = (Record("comment", 1, {"text": SECRET}), Record("artifact", 1, {"name": SECRET}, SECRET))
    new = full_task(
        title=SECRET, description=SECRET, source_context=SECRET, labels=(SECRET,), external_id=SECRET
    )
    kept = document("answer", {"body": SECRET}, tasks=(-1,))
    other = document("other", tasks=())
    answer = await store.commit(changes(insert(new, *records, events=(told,)), documents=(kept, other)))
    return answer.tasks[0]


class Purge(Backend):
    async def test_the_row_stays_deleted_with_its_numbers_and_without_texts(self, store: Store) -> None:
        there = await secretive(store)
        await store.commit(changes(purge=(there.id,), now=later(hours=1)))
        rest = await stored(store, there)
        assert bare(rest) == bare(erased(there, later(hours=1)))
        assert (rest.purged, rest.deleted_at, rest.numbers) == (True, later(hours=1), there.numbers)

    async def test_nothing_that_the_store_gives_out_holds_the_text(self, store: Store) -> None:
        there = await secretive(store)
        await store.commit(changes(purge=(there.id,)))
        given = [
            await store.get(there.id), await store.get_many([there.id]), await whole_feed(store),
            await store.task_events(there.id, 0, 100), await store.records(there.id, ["comment", "artifact"], 10),
            await store.record(there.id, "artifact", 1), await store.documents("source", NOW),
            await store.find(asking(text=SECRET)), await store.find(asking(include_closed=True)),
            (await store.by_external_ids([SECRET]))[SECRET],
        ]  # fmt: skip
        assert SECRET not in repr(given)

    async def test_past_events_stay_in_the_feed_without_contents(self, store: Store) -> None:
        there = await secretive(store)
        before = await store.task_events(there.id, 0, 10)
        await store.commit(changes(purge=(there.id,)))
        (after,) = await store.task_events(there.id, 0, 10)
        assert (after.changes, after.text) == ({}, None)
        assert (after.id, after.seq, after.type, after.at) == (
            before[0].id, before[0].seq, before[0].type, before[0].at,
        )  # fmt: skip
        assert await store.event(after.id) == after

    async def test_what_a_decision_taught_outlives_the_contents_of_its_event(self, store: Store) -> None:
        lesson = {
            "agent": True,
            "weight": 1.5,
            "features": {"n": {"head:call": 1.0}, "h": [[7, 0.5]]},
            "labels": [3],
        }
        told = event(EventType.ASSIGNED, changes={"title": (None, SECRET)}, lesson=lesson)
        (there,) = (await store.commit(changes(insert(task(SECRET), events=(told,))))).tasks
        await store.commit(changes(purge=(there.id,)))
        (kept,) = await store.task_events(there.id, 0, 10)
        assert (kept.lesson, kept.changes) == (lesson, {})
        assert (await store.event(kept.id)) == kept

    async def test_the_event_that_tells_of_the_purge_keeps_its_contents(self, store: Store) -> None:
        there = await secretive(store)
        told = event(EventType.PURGED, task_id=there.id, text="by request")
        gone = update(there, events=(told,), deleted_at=later(minutes=1), version=there.version + 1)
        answer = await store.commit(changes(gone, purge=(there.id,), now=later(minutes=2)))
        (kept,) = answer.events
        assert kept.text == "by request"
        assert (await whole_feed(store))[-1] == kept
        rest = await stored(store, there)
        assert (rest.title, rest.version, rest.deleted_at) == ("", there.version + 1, later(minutes=1))
        assert answer.tasks[0] == rest

    async def test_documents_that_name_the_task_go_and_others_stay(self, store: Store) -> None:
        there = await secretive(store)
        await store.commit(changes(purge=(there.id,)))
        assert [found.key for found in await store.documents("source", NOW)] == ["other"]

    async def test_a_purged_task_is_not_made_again_by_its_external_id(self, store: Store) -> None:
        there = await secretive(store)
        await store.commit(changes(purge=(there.id,)))
        found = (await store.by_external_ids([SECRET]))[SECRET]
        assert (found.id, found.external_id) == (there.id, None)
        with pytest.raises(ExternalIdTaken) as refusal:
            await put_one(store, task(external_id=SECRET))
        assert refusal.value.task_id == there.id

    async def test_whoever_read_the_texts_before_cannot_write_them_back(self, store: Store) -> None:
        there = await secretive(store)
        await store.commit(changes(purge=(there.id,)))
        with pytest.raises(Stale):
            await store.commit(changes(update(there, version=9)))
        assert (await stored(store, there)).title == ""

    async def test_other_tasks_keep_everything(self, store: Store) -> None:
        there = await secretive(store)
        other = await put_one(store, task("Other", external_id="b"), Record("comment", 1, {"text": "kept"}))
        await store.commit(changes(purge=(there.id,)))
        assert await stored(store, other) == other
        assert await titles(store, text="other") == ["Other"]
        assert len(await store.records(other.id, ["comment"], 10)) == 1
        assert (await store.task_events(other.id, 0, 10))[0].type is EventType.CREATED

    async def test_a_purged_task_is_in_no_list_no_count_and_no_claim(self, store: Store) -> None:
        there = await put_one(store, agent_task(SECRET, reminder_at=NOW))
        await store.commit(changes(purge=(there.id,)))
        assert await titles(store, include_closed=True) == []
        assert (await store.tally(NOW, private=True)).active == 0
        assert await store.claim_next(Wanted(NOW, "alpha"), taking()) is None
        assert await store.due_reminders(NOW, asking().sight, 10) == []

    async def test_a_deleted_task_can_be_purged_later(self, store: Store) -> None:
        there = await secretive(store)
        await change(store, there, deleted_at=later(minutes=1))
        await store.commit(changes(purge=(there.id,), now=later(hours=1)))
        assert (await stored(store, there)).deleted_at == later(minutes=1)
        assert (await stored(store, there)).title == ""
