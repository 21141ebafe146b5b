"""Ids: given by the store, never twice, safe in every JSON reader."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.ports.store import Stale, Store
from tests.factories import changes, insert, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import ids, put, put_one


class Ids(Backend):
    async def test_ids_are_positive_and_exact_in_every_json_reader(self, store: Store) -> None:
        there = await put(store, *(task() for _ in range(20)))
        assert all(0 < task_id < 2**53 for task_id in ids(there))
        assert len(set(ids(there))) == 20

    async def test_the_id_of_an_insert_is_only_a_placeholder(self, store: Store) -> None:
        first = await put_one(store, task("First", id=0))
        second = await put_one(store, task("Second", id=first.id))
        assert first.id != second.id
        assert (await store.get_many([first.id, second.id])).keys() == {first.id, second.id}

    async def test_an_id_never_names_another_task_after_a_purge(self, store: Store) -> None:
        first = await put_one(store, task())
        await store.commit(changes(purge=(first.id,)))
        assert (await put_one(store, task())).id != first.id

    async def test_a_refused_commit_uses_no_id_twice(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        await store.commit(changes(update(one, title="Uno")))
        with pytest.raises(Stale):
            await store.commit(changes(insert(task("Three")), update(one)))
        three = await put_one(store, task("Three"))
        assert len({one.id, two.id, three.id}) == 3

    async def test_concurrent_inserts_get_ids_of_their_own(self, store: Store) -> None:
        groups = await asyncio.gather(*(put(store, *(task(f"{a}.{b}") for b in range(5))) for a in range(8)))
        names = {t.id: t.title for group in groups for t in group}
        assert len(names) == 40
        assert {task_id: t.title for task_id, t in (await store.get_many(names)).items()} == names
