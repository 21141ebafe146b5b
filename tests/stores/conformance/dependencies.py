"""Dependencies: counted for everyone they touch, in the same commit; no circles, no unknown ids."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import DependencyCycle, InvalidFields
from task_assistant.domain.task import Lane, Status
from task_assistant.ports.store import Store
from tests.factories import NOW, agent_task, changes, insert, later, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one, stored, titles


async def counts(store: Store, *tasks: Any) -> list[tuple[int, int]]:
    found = [await stored(store, each) for each in tasks]
    return [(each.open_dependencies, each.unblocks) for each in found]


class Dependencies(Backend):
    async def test_both_ends_of_a_dependency_are_counted(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        three = await put_one(store, task("Three", depends_on=(one.id, two.id)))
        four = await put_one(store, task("Four", depends_on=(one.id,)))
        assert (three.open_dependencies, three.unblocks) == (2, 0)
        assert await counts(store, one, two, three, four) == [(0, 2), (0, 1), (2, 0), (1, 0)]

    @pytest.mark.parametrize(
        "end", [{"status": Status.DONE}, {"status": Status.CANCELLED}, {"deleted_at": NOW}], ids=str
    )
    async def test_a_dependency_that_ends_frees_those_who_wait_for_it(
        self, store: Store, end: dict[str, Any]
    ) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        await change(store, one, **end)
        assert await counts(store, one, two) == [(0, 0), (0, 0)]
        assert await titles(store, lanes=frozenset({Lane.WAITING})) == []
        assert "Two" in await titles(store, lanes=frozenset({Lane.TRIAGE}))

    async def test_a_purged_dependency_frees_those_who_wait_for_it(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        await store.commit(changes(purge=(one.id,)))
        assert await counts(store, two) == [(0, 0)]
        assert await titles(store, lanes=frozenset({Lane.TRIAGE})) == ["Two"]

    async def test_a_dependency_that_reopens_holds_again(self, store: Store) -> None:
        one = await put_one(store, task("One", status=Status.DONE))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        assert await counts(store, one, two) == [(0, 0), (0, 0)]
        await change(store, one, status=Status.BACKLOG)
        assert await counts(store, one, two) == [(0, 1), (1, 0)]
        assert await titles(store, lanes=frozenset({Lane.WAITING})) == ["Two"]

    async def test_a_closed_dependent_waits_for_nobody(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        await change(store, two, status=Status.CANCELLED)
        assert await counts(store, one, two) == [(0, 0), (1, 0)]
        await change(store, two, status=Status.BACKLOG)
        assert await counts(store, one, two) == [(0, 1), (1, 0)]

    async def test_a_dependency_that_is_taken_away_counts_no_more(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        await change(store, two, depends_on=())
        assert await counts(store, one, two) == [(0, 0), (0, 0)]
        assert await store.dependents(one.id) == []

    async def test_the_rank_follows_the_counts(self, store: Store) -> None:
        plain, wanted = await put(store, task("Plain"), task("Wanted"))
        await put_one(store, task("Waits", depends_on=(wanted.id,)))
        assert await titles(store) == ["Wanted", "Plain", "Waits"]
        await change(store, plain, status=Status.DONE)
        await change(store, wanted, status=Status.DONE)
        assert await titles(store) == ["Waits"]

    async def test_a_task_that_is_set_free_is_claimable_at_once(self, store: Store) -> None:
        one = await put_one(store, agent_task("One"))
        await put_one(store, agent_task("Two", depends_on=(one.id,), priority=1))
        assert (await store.tally(NOW, private=True)).lanes[Lane.AGENT] == 1
        await change(store, one, status=Status.DONE)
        assert (await store.tally(NOW, private=True)).lanes[Lane.AGENT] == 1
        assert await titles(store, lanes=frozenset({Lane.AGENT})) == ["Two"]

    async def test_the_dependents_of_a_task_are_known(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        three, four = await put(
            store, task("Three", depends_on=(one.id, two.id)), task("Four", depends_on=(one.id,))
        )
        assert await store.dependents(one.id) == sorted((three.id, four.id))
        assert await store.dependents(two.id) == [three.id]
        assert await store.dependents(four.id) == []
        assert await store.dependents(10_000) == []

    async def test_an_unknown_dependency_is_refused_by_field(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        with pytest.raises(InvalidFields) as refusal:
            await store.commit(changes(insert(task("New")), update(one, depends_on=(10_000,))))
        assert refusal.value.errors[0]["field"] == "depends_on"
        assert await titles(store) == ["One"]
        assert (await stored(store, one)).depends_on == ()

    async def test_a_circle_is_refused_and_shown(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        three = await put_one(store, task("Three", depends_on=(two.id,)))
        with pytest.raises(DependencyCycle) as refusal:
            await store.commit(changes(update(one, depends_on=(three.id,))))
        path = refusal.value.path
        assert (path[0], path[-1], set(path)) == (one.id, one.id, {one.id, two.id, three.id})
        assert await counts(store, one, two, three) == [(0, 1), (1, 1), (1, 0)]

    async def test_a_task_cannot_wait_for_itself(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        with pytest.raises(DependencyCycle):
            await store.commit(changes(update(one, depends_on=(one.id,))))

    async def test_a_circle_within_one_commit_is_refused(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        with pytest.raises(DependencyCycle):
            await store.commit(changes(update(one, depends_on=(two.id,)), update(two, depends_on=(one.id,))))
        assert await counts(store, one, two) == [(0, 0), (0, 0)]

    async def test_a_circle_through_closed_tasks_is_refused_too(self, store: Store) -> None:
        one = await put_one(store, task("One", status=Status.DONE))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        with pytest.raises(DependencyCycle):
            await store.commit(changes(update(one, depends_on=(two.id,))))

    async def test_a_chain_that_turns_around_in_one_commit_is_no_circle(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        two = await put_one(store, task("Two", depends_on=(one.id,)))
        await store.commit(
            changes(update(await stored(store, one), depends_on=(two.id,)), update(two, depends_on=()))
        )
        assert await counts(store, one, two) == [(1, 0), (0, 1)]

    async def test_of_concurrent_halves_of_a_circle_at_most_one_gets_in(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        answers = await asyncio.gather(
            store.commit(changes(update(one, depends_on=(two.id,)))),
            store.commit(changes(update(two, depends_on=(one.id,)))),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Exception) for answer in answers) == 1
        assert sorted(await counts(store, one, two)) == [(0, 1), (1, 0)]

    async def test_both_ends_in_one_commit_are_counted(self, store: Store) -> None:
        one, two = await put(store, task("One"), task("Two"))
        await store.commit(
            changes(update(one, status=Status.DONE), update(two, depends_on=(one.id,)), now=later(seconds=1))
        )
        assert await counts(store, one, two) == [(0, 0), (0, 0)]
