"""Time bands: when the board changes by itself, so that an unchanged poll can be answered without reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from task_assistant.domain.task import Status
from task_assistant.ports.store import Store, TimeBand
from tests.factories import MICROSECOND, NOW, changes, claimed_task, insert, later, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put_one

DAY = timedelta(hours=24)


class TimeBands(Backend):
    async def test_an_empty_board_never_changes_by_itself(self, store: Store) -> None:
        assert await store.time_band(NOW) == TimeBand(None, None)

    async def test_a_due_time_and_the_day_before_it_are_bounds(self, store: Store) -> None:
        due = later(days=3)
        await put_one(store, task(due=due))
        assert await store.time_band(NOW) == TimeBand(None, due - DAY)
        assert await store.time_band(due - DAY - MICROSECOND) == TimeBand(None, due - DAY)
        assert await store.time_band(due - DAY) == TimeBand(due - DAY, due)
        assert await store.time_band(due - MICROSECOND) == TimeBand(due - DAY, due)
        assert await store.time_band(due) == TimeBand(due, None)

    async def test_an_estimated_due_time_is_a_bound_too(self, store: Store) -> None:
        await put_one(store, task(priority=2))
        assert await store.time_band(NOW) == TimeBand(None, later(days=2))
        assert await store.time_band(later(days=2, hours=1)) == TimeBand(later(days=2), later(days=3))

    async def test_the_ends_of_leases_and_deferrals_are_bounds(self, store: Store) -> None:
        lease = changes(insert(claimed_task(lease=600, due=later(days=9))), now=NOW)
        await store.commit(lease)
        await put_one(store, task(due=later(days=9), deferred_until=later(hours=1)))
        assert await store.time_band(NOW) == TimeBand(None, later(seconds=600))
        assert await store.time_band(later(seconds=600)) == TimeBand(later(seconds=600), later(hours=1))
        assert await store.time_band(later(hours=2)) == TimeBand(later(hours=1), later(days=8))

    async def test_both_ends_of_one_task_are_bounds(self, store: Store) -> None:
        await put_one(store, claimed_task(lease=600, due=later(days=9), deferred_until=later(hours=1)))
        assert await store.time_band(NOW) == TimeBand(None, later(seconds=600))
        assert await store.time_band(later(minutes=30)) == TimeBand(later(seconds=600), later(hours=1))

    async def test_closed_and_deleted_tasks_set_no_bounds(self, store: Store) -> None:
        one = await put_one(store, task(due=later(days=3)))
        two = await put_one(store, task(due=later(days=4)))
        await change(store, one, status=Status.DONE)
        await change(store, two, deleted_at=NOW)
        assert await store.time_band(NOW) == TimeBand(None, None)

    async def test_the_nearest_bounds_on_both_sides_count(self, store: Store) -> None:
        for hours in (-50, -2, 3, 80):
            await put_one(store, task(due=later(hours=hours)))
        assert await store.time_band(NOW) == TimeBand(later(hours=-2), later(hours=3))

    async def test_the_first_and_the_last_possible_due_time_are_no_trouble(self, store: Store) -> None:
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        await put_one(store, task(due=first))
        await put_one(store, task(due=last))
        assert await store.time_band(NOW) == TimeBand(first, last - DAY)
