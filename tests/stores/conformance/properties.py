"""Properties: on any board, at any time, a store answers what the oracle works out from the plain list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from task_assistant.domain.ordering import Sort
from task_assistant.domain.reminders import place
from task_assistant.domain.task import Lane, Task
from task_assistant.ports.store import Store
from tests.factories import EVERYTHING, MICROSECOND, NOW
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.boards import LAST, boards, broad_queries, queries, sights, usual_times, wishes
from tests.stores.conformance.machine import StoreMachine
from tests.stores.conformance.oracle import Oracle
from tests.stores.conformance.telling import asking, bare, put_one, taken_by, walked

Rows = list[tuple[Task, tuple[int, ...]]]
Check = Callable[[Store, Oracle], Awaitable[None]]


def finished(coroutine: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner() as runner:
        runner.run(coroutine)


async def laid_out(store: Store, rows: Rows) -> Oracle:
    """The board in the store, and the oracle that has seen the same."""
    oracle = Oracle()
    names: list[int] = []
    for row, places in rows:
        there = await put_one(store, row.having(depends_on=tuple(names[place] for place in places)))
        names.append(there.id)
        oracle.put(bare(there), NOW)
    return oracle


@st.composite
def looks(draw: st.DrawFn) -> tuple[Rows, datetime]:
    """A board, and a time from NOW on at which it is looked at: mostly at or beside a bound of the board."""
    rows = draw(boards())
    bounds = {at for row, _ in rows for at in Oracle([row]).turns()} | {NOW, LAST}
    near = {at + beside * MICROSECOND for at in bounds - {LAST} for beside in (-1, 0, 1) if at > NOW}
    return rows, draw(st.sampled_from(sorted({NOW, *near})) | usual_times.filter(lambda at: at >= NOW))


class Properties(Backend):
    def on(self, rows: Rows, check: Check) -> None:
        """Runs the check on a fresh store with this board."""

        async def run() -> None:
            async with self.fresh() as store:
                await check(store, await laid_out(store, rows))

        finished(run())

    @given(look=looks(), data=st.data())
    def test_the_top_of_any_board_at_any_time_is_that_of_the_full_sort(
        self, look: Any, data: st.DataObject
    ) -> None:
        rows, now = look
        asked = [data.draw(broad_queries(now)), data.draw(queries(now))]

        async def check(store: Store, oracle: Oracle) -> None:
            every = [
                asking(now=now, sort=sort, limit=n, include_closed=True) for sort in Sort for n in (3, 500)
            ]
            for query in (*every, *asked):
                assert [bare(each) for each in await store.find(query)] == oracle.find(query), query

        self.on(rows, check)

    @given(look=looks(), data=st.data())
    def test_pages_of_any_query_give_each_row_once(self, look: Any, data: st.DataObject) -> None:
        rows, now = look
        query = replace(data.draw(broad_queries(now)), limit=data.draw(st.integers(1, 3)))

        async def check(store: Store, oracle: Oracle) -> None:
            assert [bare(each) for each in await walked(store, query)] == oracle.find(
                replace(query, limit=500)
            )

        self.on(rows, check)

    @given(look=looks())
    def test_lanes_partition_the_active_tasks(self, look: Any) -> None:
        rows, now = look

        async def check(store: Store, oracle: Oracle) -> None:
            found = {
                lane: [each.id for each in await store.find(asking(now=now, lanes=frozenset({lane})))]
                for lane in Lane
            }
            everything = [task_id for lane in found.values() for task_id in lane]
            assert sorted(everything) == sorted(task.id for task in oracle.active())
            tally = await store.tally(now, private=True)
            assert tally.lanes == {lane: len(there) for lane, there in found.items()}
            assert sum(tally.lanes.values()) == tally.active

        self.on(rows, check)

    @given(look=looks(), private=st.booleans())
    def test_the_tally_equals_counting(self, look: Any, private: bool) -> None:
        rows, now = look

        async def check(store: Store, oracle: Oracle) -> None:
            assert await store.tally(now, private=private) == oracle.tally(now, private=private)

        self.on(rows, check)

    @given(look=looks())
    def test_between_the_bounds_of_a_time_band_nothing_changes(self, look: Any) -> None:
        rows, now = look

        async def check(store: Store, oracle: Oracle) -> None:
            band = await store.time_band(now)
            assert band == oracle.time_band(now)
            start = max(band.last or NOW, NOW)
            end = band.next - MICROSECOND if band.next else LAST
            seen = [await picture(store, at) for at in (start, now, end)]
            assert seen[0] == seen[1] == seen[2]

        self.on(rows, check)

    @given(look=looks(), sight=sights(), limit=st.sampled_from([500, 2]))
    def test_what_is_due_held_or_woken_is_what_the_rules_say(self, look: Any, sight: Any, limit: int) -> None:
        rows, now = look

        async def check(store: Store, oracle: Oracle) -> None:
            reminders = await store.due_reminders(now, sight, limit)
            due = oracle.due_reminders(now, sight)
            assert [bare(each) for each in reminders] == due[:limit]
            beyond = await store.due_reminders(now, sight, limit, place(due[1])) if due[1:] else []
            assert [bare(each) for each in beyond] == due[2 : 2 + limit]
            dated = await store.dated(now, sight, limit)
            assert [bare(each) for each in dated] == oracle.dated(now, sight)[:limit]
            assert [bare(each) for each in await store.woken(now, limit)] == oracle.woken(now)[:limit]
            for agent in ("alpha", None):
                assert [bare(each) for each in await store.held_by(agent, now)] == oracle.held_by(agent, now)

        self.on(rows, check)

    @given(look=looks(), data=st.data())
    def test_an_agent_is_given_everything_it_may_have_in_rank_order(
        self, look: Any, data: st.DataObject
    ) -> None:
        rows, now = look
        wish = data.draw(wishes(now))

        async def check(store: Store, oracle: Oracle) -> None:
            given_out = [task.id for task in await taken_by(store, wish)]
            assert given_out == [task.id for task in oracle.wanted(wish)]

        self.on(rows, check)

    def test_no_story_tells_the_store_and_the_oracle_apart(self) -> None:
        profile = settings()
        few = settings(profile, max_examples=max(1, profile.max_examples // 2))
        run_state_machine_as_test(type("Story", (StoreMachine,), {"backend": self}), settings=few)


async def picture(store: Store, now: datetime) -> tuple[Any, ...]:
    """Everything that a poll shows: counts, order and lanes."""
    order = [each.id for each in await store.find(asking(now=now, sight=EVERYTHING))]
    lanes = [[t.id for t in await store.find(asking(now=now, lanes=frozenset({lane})))] for lane in Lane]
    return await store.tally(now, private=True), order, lanes
