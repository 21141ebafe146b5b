"""Waking: tasks whose lease or deferral has ended are handed to the sweep until they are written anew."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain.task import Status
from task_assistant.ports.store import Store
from tests.factories import MICROSECOND, NOW, changes, claim, claimed_task, later, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one, stored, titles


async def woken(store: Store, now: datetime, limit: int = 100) -> list[str]:
    return [each.title for each in await store.woken(now, limit)]


class Waking(Backend):
    async def test_a_task_wakes_when_its_lease_ends(self, store: Store) -> None:
        await put(store, claimed_task(title="held", lease=600), task("plain"))
        assert await woken(store, later(seconds=600) - MICROSECOND) == []
        assert await woken(store, later(seconds=600)) == ["held"]
        assert await woken(store, later(days=99)) == ["held"]

    async def test_a_task_wakes_when_its_deferral_ends(self, store: Store) -> None:
        await put_one(store, task("deferred", deferred_until=later(hours=1)))
        assert await woken(store, later(hours=1) - MICROSECOND) == []
        assert await woken(store, later(hours=1)) == ["deferred"]

    async def test_a_task_that_was_written_since_sleeps_again(self, store: Store) -> None:
        held = await put_one(store, claimed_task(title="held", lease=600))
        deferred = await put_one(store, task("deferred", deferred_until=later(hours=1)))
        await change(store, held, now=later(hours=2), claim=None, status=Status.BACKLOG)
        await change(store, deferred, now=later(hours=2))
        assert await woken(store, later(hours=3)) == []

    async def test_a_renewed_lease_keeps_a_task_from_waking(self, store: Store) -> None:
        held = await put_one(store, claimed_task(title="held", lease=600))
        await change(store, held, now=later(seconds=500), claim=claim(at=later(seconds=500), lease=600))
        assert await woken(store, later(seconds=1_099)) == []
        assert await woken(store, later(seconds=1_100)) == ["held"]

    async def test_a_task_wakes_at_the_second_end_too(self, store: Store) -> None:
        both = await put_one(store, claimed_task(title="both", lease=600, deferred_until=later(hours=1)))
        await change(store, both, now=later(minutes=20))
        assert await woken(store, later(minutes=30)) == []
        assert await woken(store, later(hours=1)) == ["both"]

    async def test_closed_and_deleted_tasks_never_wake(self, store: Store) -> None:
        one, two = await put(store, claimed_task(lease=600), task("two", deferred_until=later(hours=1)))
        await change(store, one, status=Status.DONE)
        await change(store, two, deleted_at=NOW)
        assert await woken(store, later(days=1)) == []

    async def test_being_counted_anew_is_not_being_written(self, store: Store) -> None:
        one = await put_one(store, task("One"))
        held = await put_one(store, claimed_task(title="held", lease=600, depends_on=(one.id,)))
        await change(store, one, now=later(seconds=700), status=Status.DONE)
        assert (await stored(store, held)).open_dependencies == 0
        assert await woken(store, later(seconds=701)) == ["held"]

    async def test_those_that_ended_first_come_first_within_the_limit(self, store: Store) -> None:
        await put(
            store, task("c", deferred_until=later(hours=3)), claimed_task(title="a", lease=600),
            task("b", deferred_until=later(hours=1)),
        )  # fmt: skip
        assert await woken(store, later(days=1)) == ["a", "b", "c"]
        assert await woken(store, later(days=1), limit=2) == ["a", "b"]

    async def test_what_has_woken_ranks_right_before_and_after_the_sweep(self, store: Store) -> None:
        held = await put_one(store, claimed_task(title="held", lease=600, priority=1))
        await put_one(store, task("plain", due=later(days=9)))
        assert await titles(store, now=later(seconds=599)) == ["plain", "held"]
        assert await titles(store, now=later(seconds=601)) == ["held", "plain"]
        swept = held.having(claim=None, status=Status.BACKLOG)
        await change(store, held, now=later(seconds=602), claim=swept.claim, status=swept.status)
        assert await titles(store, now=later(seconds=603)) == ["held", "plain"]

    async def test_an_empty_sweep_finds_nothing(self, store: Store) -> None:
        await store.commit(changes())
        assert await woken(store, later(days=99)) == []
