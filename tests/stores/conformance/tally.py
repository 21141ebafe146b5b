"""Tally: the summary counts the whole board."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.ports.store import Store, Tally
from tests.factories import MICROSECOND, NOW, agent_task, changes, claimed_task, later, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one

FAR = later(days=99)


async def count(store: Store, *, now: datetime = NOW, private: bool = True) -> Tally:
    return await store.tally(now, private=private)


def lanes(**counted: int) -> dict[Lane, int]:
    return {lane: counted.get(lane.value, 0) for lane in Lane}


class Tallies(Backend):
    async def test_an_empty_board_counts_nothing(self, store: Store) -> None:
        assert await count(store) == Tally(0, 0, 0, 0, 0, lanes())

    async def test_each_lane_is_counted(self, store: Store) -> None:
        await put(
            store, task(assignee=Owner.ME, due=FAR), task(assignee=Owner.ME, due=FAR), agent_task(due=FAR),
            claimed_task(due=FAR), task(status=Status.WAITING_REVIEW, assignee=Owner.ME, due=FAR),
            task(status=Status.BLOCKED, assignee=Owner.ME, due=FAR), task(due=FAR),
            agent_task(deferred_until=later(hours=1), due=FAR),
        )  # fmt: skip
        counted = lanes(human=2, agent=2, review=1, blocked=1, triage=1, waiting=1)
        assert await count(store) == Tally(8, 0, 0, 1, 1, counted)

    async def test_closed_and_deleted_tasks_do_not_count(self, store: Store) -> None:
        there = await put(store, task(due=NOW), task(due=NOW), task(due=NOW), task("stays", due=NOW))
        await change(store, there[0], status=Status.DONE)
        await change(store, there[1], status=Status.CANCELLED)
        await change(store, there[2], deleted_at=NOW)
        assert await count(store) == Tally(1, 1, 0, 1, 0, lanes(triage=1))

    async def test_private_tasks_count_for_the_person_only(self, store: Store) -> None:
        there = await put(store, task(private=True, due=FAR), task(due=FAR))
        assert (await count(store, private=True)).active == 2
        assert await count(store, private=False) == Tally(1, 0, 0, 1, 0, lanes(triage=1))
        await change(store, there[0], private=False)
        assert (await count(store, private=False)).active == 2

    async def test_due_counts_have_exact_bounds_and_include_estimates(self, store: Store) -> None:
        day = later(hours=24)
        dues = (NOW, NOW + MICROSECOND, day, day + MICROSECOND)
        await put(store, *(task(due=due) for due in dues), task(created_at=later(days=-7)))
        before = await count(store)
        assert (before.overdue, before.due_soon) == (2, 2)
        after = await count(store, now=NOW + MICROSECOND)
        assert (after.overdue, after.due_soon) == (3, 2)

    async def test_unassigned_counts_in_every_lane(self, store: Store) -> None:
        await put(
            store,
            task(),
            task(status=Status.BLOCKED),
            task(deferred_until=later(hours=1)),
            task(assignee=Owner.ME),
        )
        assert (await count(store)).unassigned == 3

    async def test_counts_follow_leases_and_deferrals_that_end(self, store: Store) -> None:
        await put(store, claimed_task(lease=600, due=FAR), agent_task(deferred_until=later(hours=1), due=FAR))
        assert await count(store) == Tally(2, 0, 0, 0, 1, lanes(agent=1, waiting=1))
        assert await count(store, now=later(seconds=600)) == Tally(2, 0, 0, 0, 0, lanes(agent=1, waiting=1))
        assert await count(store, now=later(hours=1)) == Tally(2, 0, 0, 0, 0, lanes(agent=2))

    async def test_counts_follow_every_change(self, store: Store) -> None:
        there = await put_one(store, task(due=FAR))
        await change(store, there, assignee=Owner.CODEX)
        assert await count(store) == Tally(1, 0, 0, 0, 0, lanes(agent=1))
        await change(store, there, status=Status.BLOCKED, due=NOW)
        assert await count(store) == Tally(1, 1, 0, 0, 0, lanes(blocked=1))
        await change(store, there, status=Status.BACKLOG, priority=1, due=None, assignee=Owner.ME)
        assert await count(store) == Tally(1, 0, 1, 0, 0, lanes(human=1))
        await store.commit(changes(purge=(there.id,)))
        assert await count(store) == Tally(0, 0, 0, 0, 0, lanes())
