"""External ids: one task each, so that ingest cannot make a duplicate."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.ports.store import Store
from tests.factories import NOW, changes, insert, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import bare, change, put, put_one, titles


class ExternalIds(Backend):
    async def test_tasks_are_found_by_their_external_ids(self, store: Store) -> None:
        one, two = await put(store, task("One", external_id="a"), task("Two", external_id="ä/ß 'x'"))
        assert await store.by_external_ids(["ä/ß 'x'", "nobody", "a"]) == {"a": one, "ä/ß 'x'": two}
        assert await store.by_external_ids([]) == {}

    async def test_external_ids_differ_by_case(self, store: Store) -> None:
        await put(store, task(external_id="a"), task(external_id="A"))
        assert len(await store.by_external_ids(["a", "A"])) == 2

    async def test_a_known_external_id_is_refused_and_names_the_task(self, store: Store) -> None:
        there = await put_one(store, task("One", external_id="a"))
        with pytest.raises(ExternalIdTaken) as refusal:
            await store.commit(changes(insert(task("New")), insert(task("Two", external_id="a"))))
        assert refusal.value.task_id == there.id
        assert await titles(store) == ["One"]

    async def test_the_same_external_id_twice_in_one_commit_is_refused(self, store: Store) -> None:
        with pytest.raises(ExternalIdTaken):
            await store.commit(
                changes(insert(task("One", external_id="a")), insert(task("Two", external_id="a")))
            )
        assert await titles(store) == []
        assert await store.by_external_ids(["a"]) == {}

    async def test_a_change_to_a_known_external_id_is_refused(self, store: Store) -> None:
        one, two = await put(store, task("One", external_id="a"), task("Two", external_id="b"))
        with pytest.raises(ExternalIdTaken) as refusal:
            await store.commit(changes(update(two, external_id="a")))
        assert refusal.value.task_id == one.id
        assert (await store.by_external_ids(["b"]))["b"].id == two.id

    async def test_a_deleted_task_keeps_its_external_id(self, store: Store) -> None:
        there = await put_one(store, task(external_id="a"))
        await change(store, there, deleted_at=NOW)
        assert (await store.by_external_ids(["a"]))["a"].id == there.id
        with pytest.raises(ExternalIdTaken):
            await put_one(store, task(external_id="a"))

    async def test_an_external_id_that_was_taken_away_is_free(self, store: Store) -> None:
        there = await put_one(store, task("One", external_id="a"))
        await change(store, there, external_id=None)
        assert await store.by_external_ids(["a"]) == {}
        again = await put_one(store, task("Two", external_id="a"))
        assert {name: bare(t) for name, t in (await store.by_external_ids(["a"])).items()} == {
            "a": bare(again)
        }

    async def test_a_change_of_anything_else_keeps_the_external_id(self, store: Store) -> None:
        there = await put_one(store, task("One", external_id="a"))
        await change(store, there, title="Uno")
        assert (await store.by_external_ids(["a"]))["a"].title == "Uno"

    async def test_of_concurrent_inserts_with_one_external_id_exactly_one_gets_in(self, store: Store) -> None:
        answers = await asyncio.gather(
            *(put_one(store, task(f"Try {n}", external_id="a")) for n in range(8)), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, ExternalIdTaken)]
        assert len(refused) == 7
        assert len(await titles(store)) == 1
        assert {refusal.task_id for refusal in refused} == {(await store.by_external_ids(["a"]))["a"].id}
