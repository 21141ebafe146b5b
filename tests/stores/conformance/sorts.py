"""Sorts: every order is the one of domain.ordering, total down to the id."""

from __future__ import annotations

import pytest

from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.task import Owner, Status
from task_assistant.ports.store import Store
from tests.factories import MICROSECOND, NOW, agent_task, claimed_task, later, question, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import asking, change, ids, put, put_one, titles


class Sorts(Backend):
    async def test_smart_is_the_usual_order(self, store: Store) -> None:
        await put(
            store,
            task("P3"),
            task("P1", priority=1, due=later(days=9)),
            task("P3, overdue", due=NOW),
            task("P3, soon", due=later(hours=24)),
            task("P3, sent back", sent_back=True),
            task("P3, answered", question=question(answer="1.0", answered_at=NOW)),
            claimed_task(title="P1, held", priority=1, due=NOW),
            task("P1, deferred", priority=1, deferred_until=later(days=9)),
        )
        order = [
            "P3, overdue",
            "P1",
            "P3, soon",
            "P3, sent back",
            "P3, answered",
            "P3",
            "P1, held",
            "P1, deferred",
        ]
        assert await titles(store) == order
        assert await titles(store, sort=Sort.SMART) == order
        assert await titles(store, limit=3) == order[:3]

    async def test_closed_tasks_come_last_in_smart_order(self, store: Store) -> None:
        await put(store, task("done", priority=1, status=Status.DONE, due=NOW), task("open", priority=5))
        await put(
            store,
            task("cancelled", priority=2, status=Status.CANCELLED),
            claimed_task(title="held", priority=5),
        )
        assert await titles(store, include_closed=True) == ["open", "held", "done", "cancelled"]

    async def test_equal_points_are_ordered_by_due_time_then_id(self, store: Store) -> None:
        later_due, first, second = await put(
            store,
            task("later", due=later(days=3)),
            task("first", due=later(days=2)),
            task("second", due=later(days=2)),
        )
        assert ids(await store.find(asking())) == [first.id, second.id, later_due.id]

    async def test_a_microsecond_decides(self, store: Store) -> None:
        await put(store, task("b", due=later(days=2) + MICROSECOND), task("a", due=later(days=2)))
        assert await titles(store) == ["a", "b"]
        assert await titles(store, sort=Sort.DUE) == ["a", "b"]

    async def test_the_rank_changes_when_a_due_time_comes_near(self, store: Store) -> None:
        await put(store, task("P2", priority=2, due=later(days=9)), task("P3", due=later(days=3)))
        assert await titles(store, now=later(days=2) - MICROSECOND) == ["P2", "P3"]
        assert await titles(store, now=later(days=2)) == ["P3", "P2"]

    async def test_the_rank_changes_when_a_lease_or_a_deferral_ends(self, store: Store) -> None:
        await put(store, task("plain", priority=5), claimed_task(title="held", lease=600, priority=1))
        await put(store, task("deferred", priority=2, deferred_until=later(hours=1)))
        assert await titles(store) == ["plain", "held", "deferred"]
        assert await titles(store, now=later(seconds=600)) == ["held", "plain", "deferred"]
        assert await titles(store, now=later(hours=1)) == ["held", "deferred", "plain"]

    async def test_due_sorts_by_due_time_given_or_estimated(self, store: Store) -> None:
        await put(store, task("estimated", priority=1), task("given", due=later(hours=2)))
        await put_one(store, task("far", due=later(days=99)))
        assert await titles(store, sort=Sort.DUE) == ["given", "estimated", "far"]

    async def test_created_and_updated_sort_newest_first(self, store: Store) -> None:
        old, new = await put(store, task("old", created_at=later(days=-1)), task("new"))
        await put_one(store, task("newer, same time"))
        assert await titles(store, sort=Sort.CREATED) == ["newer, same time", "new", "old"]
        await change(store, old, updated_at=later(hours=1))
        assert await titles(store, sort=Sort.UPDATED) == ["old", "newer, same time", "new"]
        assert old.id < new.id

    async def test_priority_and_owner_sort_by_due_time_within_them(self, store: Store) -> None:
        await put(
            store, task("5", priority=5, due=NOW, assignee=Owner.ME), task("2 far", priority=2, due=later(days=9)),
            task("2 near", priority=2, due=later(days=1)), agent_task("1", priority=1),
        )  # fmt: skip
        assert await titles(store, sort=Sort.PRIORITY) == ["1", "2 near", "2 far", "5"]
        assert await titles(store, sort=Sort.OWNER) == ["5", "1", "2 near", "2 far"]

    @pytest.mark.parametrize("sort", Sort)
    async def test_every_sort_follows_its_key_on_a_mixed_board(self, store: Store, sort: Sort) -> None:
        hours = (-9_000, -1, 0, 23, 24, 25, 800)
        await put(
            store,
            *(
                task(
                    f"{n}", priority=1 + n % 5, due=None if n % 4 == 0 else later(hours=hours[n % 7]),
                    assignee=list(Owner)[n % 3], status=list(Status)[n % 6], created_at=later(hours=-(n % 3)),
                    sent_back=n % 5 == 0, deferred_until=later(hours=n - 20) if n % 6 == 1 else None,
                )
                for n in range(60)
            ),
        )  # fmt: skip
        for now in (NOW, later(hours=3), later(days=8)):
            found = await store.find(asking(sort=sort, include_closed=True, now=now))
            assert len(found) == 60
            assert ids(found) == ids(sorted(found, key=lambda each: key(each, sort, now)))
            top = await store.find(asking(sort=sort, include_closed=True, now=now, limit=7))
            assert top == found[:7]
