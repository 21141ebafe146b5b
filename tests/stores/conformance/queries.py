"""Queries: which tasks a window shows, and that a cursor walks every row once."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.ordering import OWNERS, Sort, key
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Status, Task
from task_assistant.ports.store import Store
from tests.factories import MICROSECOND, NOW, claimed_task, later, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import asking, change, ids, put, put_one, titles, walked


def lanes(*names: Lane) -> frozenset[Lane]:
    return frozenset(names)


def statuses(*names: Status) -> frozenset[Status]:
    return frozenset(names)


def each_status() -> list[Task]:
    return [task(status.value, status=status) for status in Status]


def each_lane() -> list[Task]:
    return [
        task("human", assignee=Owner.ME),
        task("agent", assignee=Owner.CODEX),
        claimed_task(title="agent, held"),
        task("review", status=Status.WAITING_REVIEW, assignee=Owner.ME),
        task("blocked", status=Status.BLOCKED),
        task("triage"),
        task("waiting", deferred_until=later(hours=1)),
        task("closed", status=Status.DONE),
    ]


class Queries(Backend):
    async def test_closed_tasks_are_hidden_unless_asked_for(self, store: Store) -> None:
        await put(store, *each_status())
        active = {"backlog", "in_progress", "waiting_review", "blocked"}
        assert set(await titles(store)) == active
        assert set(await titles(store, include_closed=True)) == {*active, "done", "cancelled"}

    async def test_statuses_that_are_named_are_shown_closed_ones_too(self, store: Store) -> None:
        await put(store, *each_status())
        assert await titles(store, statuses=statuses(Status.DONE)) == ["done"]
        found = await titles(store, statuses=statuses(Status.CANCELLED, Status.BLOCKED))
        assert sorted(found) == ["blocked", "cancelled"]
        assert await titles(store, statuses=statuses(Status.BACKLOG), include_closed=True) == ["backlog"]

    async def test_deleted_tasks_are_never_shown(self, store: Store) -> None:
        there = await put(store, *each_status())
        for each in there:
            await change(store, each, deleted_at=NOW)
        assert await titles(store, include_closed=True) == []
        assert await titles(store, statuses=statuses(*Status)) == []
        assert await titles(store, sort=Sort.DUE) == []

    async def test_each_lane_shows_its_tasks(self, store: Store) -> None:
        await put(store, *each_lane())
        for lane in (Lane.HUMAN, Lane.REVIEW, Lane.BLOCKED, Lane.TRIAGE, Lane.WAITING):
            assert await titles(store, lanes=lanes(lane)) == [lane.value]
        assert sorted(await titles(store, lanes=lanes(Lane.AGENT))) == ["agent", "agent, held"]
        assert sorted(await titles(store, lanes=lanes(Lane.HUMAN, Lane.WAITING))) == ["human", "waiting"]
        assert "closed" not in await titles(store, lanes=lanes(*Lane), include_closed=True)

    async def test_lanes_change_when_a_lease_or_a_deferral_ends(self, store: Store) -> None:
        await put_one(store, claimed_task(title="held", lease=600, assignee=Owner.ME))
        await put_one(store, task("d", deferred_until=later(hours=1)))
        assert await titles(store, lanes=lanes(Lane.AGENT), now=later(seconds=600) - MICROSECOND) == ["held"]
        assert await titles(store, lanes=lanes(Lane.HUMAN), now=later(seconds=600)) == ["held"]
        assert await titles(store, lanes=lanes(Lane.AGENT), now=later(seconds=600)) == []
        assert await titles(store, lanes=lanes(Lane.WAITING), now=later(hours=1) - MICROSECOND) == ["d"]
        assert await titles(store, lanes=lanes(Lane.WAITING), now=later(hours=1)) == []
        assert await titles(store, lanes=lanes(Lane.TRIAGE), now=later(hours=1)) == ["d"]

    async def test_a_window_shows_one_owner(self, store: Store) -> None:
        await put(store, *(task(owner.value, assignee=owner) for owner in Owner))
        for owner in Owner:
            assert await titles(store, assignee=owner) == [owner.value]

    async def test_a_window_shows_one_due_band_with_its_exact_bounds(self, store: Store) -> None:
        day = later(hours=24)
        await put(
            store, task("at now", due=NOW), task("just after", due=NOW + MICROSECOND), task("in a day", due=day),
            task("beyond", due=day + MICROSECOND), task("estimated", created_at=later(days=-7)),
        )  # fmt: skip
        assert sorted(await titles(store, due=DueBand.OVERDUE)) == ["at now", "estimated"]
        assert sorted(await titles(store, due=DueBand.SOON)) == ["in a day", "just after"]
        assert await titles(store, due=DueBand.LATER) == ["beyond"]
        assert sorted(await titles(store, due=DueBand.OVERDUE, now=NOW + MICROSECOND)) == [
            "at now", "estimated", "just after",
        ]  # fmt: skip

    async def test_a_window_shows_one_origin_or_label(self, store: Store) -> None:
        await put(
            store, task("mail", origin="email", labels=("work", "x")),
            task("chat", origin="slack", labels=("workshop",)), task("both", origin="email", labels=("Ü", "workshop")),
        )  # fmt: skip
        assert sorted(await titles(store, origin="email")) == ["both", "mail"]
        assert await titles(store, label="work") == ["mail"]
        assert await titles(store, label="Ü") == ["both"]
        assert await titles(store, label="WORK") == []
        assert await titles(store, origin="email", label="workshop") == ["both"]
        assert await titles(store, origin="nowhere") == []

    async def test_a_window_shows_one_priority(self, store: Store) -> None:
        await put(store, task("first", priority=1), task("other", priority=2), task("second", priority=1))
        assert await titles(store, priority=1) == ["first", "second"]
        assert await titles(store, priority=5) == []

    async def test_labels_and_origins_follow_a_change(self, store: Store) -> None:
        there = await put_one(store, task("One", labels=("a", "b"), origin="email"))
        await change(store, there, labels=("b", "c"), origin="slack")
        found = [await titles(store, label=label) for label in "abc"]
        assert found == [[], ["One"], ["One"]]
        assert await titles(store, origin="email") == []

    async def test_all_conditions_hold_together(self, store: Store) -> None:
        usual: dict[str, Any] = {"assignee": Owner.ME, "origin": "email", "labels": ("a",), "due": NOW}
        others: list[dict[str, Any]] = [
            {"assignee": Owner.CODEX},
            {"origin": "slack"},
            {"labels": ()},
            {"due": later(days=9)},
        ]
        await put(store, task("all", **usual), *(task("not", **{**usual, **other}) for other in others))
        query: dict[str, Any] = {
            "assignee": Owner.ME,
            "origin": "email",
            "label": "a",
            "due": DueBand.OVERDUE,
        }
        assert await titles(store, lanes=lanes(Lane.HUMAN), statuses=statuses(Status.BACKLOG), **query) == [
            "all"
        ]

    async def test_a_window_has_a_limit_and_an_offset(self, store: Store) -> None:
        await put(store, *(task(str(n), due=later(days=n)) for n in range(9)))
        assert await titles(store, sort=Sort.DUE, limit=3) == ["0", "1", "2"]
        assert await titles(store, sort=Sort.DUE, limit=3, offset=7) == ["7", "8"]
        assert await titles(store, sort=Sort.DUE, limit=3, offset=9) == []

    async def test_the_offset_counts_after_the_cursor(self, store: Store) -> None:
        there = await put(store, *(task(str(n), due=later(days=n)) for n in range(9)))
        after = key(there[2], Sort.DUE, NOW)
        assert await titles(store, sort=Sort.DUE, limit=2, after=after, offset=1) == ["4", "5"]

    @pytest.mark.parametrize("sort", [None, *Sort])
    async def test_pages_of_a_frozen_now_give_each_row_once(self, store: Store, sort: Sort | None) -> None:
        due = [later(hours=hours) for hours in (-1, 0, 1, 24, 25, 400)]
        board = [
            task(
                str(n),
                priority=1 + n % 5,
                due=due[n % 6],
                assignee=OWNERS[n % 3],
                created_at=later(hours=-(n % 4)),
            )
            for n in range(23)
        ]
        await put(store, *board, claimed_task(), task("deferred", deferred_until=later(hours=9)))
        everything = await store.find(asking(sort=sort))
        assert len(everything) == 25
        assert ids(await walked(store, asking(sort=sort, limit=4))) == ids(everything)

    async def test_a_cursor_outlives_the_row_that_it_names(self, store: Store) -> None:
        there = await put(store, *(task(str(n), due=later(days=n)) for n in range(5)))
        after = key(there[1], Sort.DUE, NOW)
        await change(store, there[1], status=Status.DONE)
        assert await titles(store, sort=Sort.DUE, after=after) == ["2", "3", "4"]

    async def test_an_empty_board_shows_nothing(self, store: Store) -> None:
        for sort in (None, *Sort):
            assert await titles(store, sort=sort) == []
