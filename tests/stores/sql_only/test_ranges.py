"""Reading by ranges equals sorting everything: at any time, and whichever way is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Owner
from task_assistant.ports.queries import Query
from task_assistant.stores.sql import SqliteStore, ranges
from tests.factories import NOW, later, task
from tests.stores.conformance.boards import boards, queries, usual_times
from tests.stores.conformance.oracle import Oracle
from tests.stores.conformance.properties import Rows, finished, laid_out
from tests.stores.conformance.telling import asking, bare, ids, put, walked
from tests.stores.sql_only.files import empty_file

EVERY_WAY = [
    (0, 1),
    (0, 4),
    (2_000, 1),
    (2_000, 4),
]  # rows that count as few, and the least to read of a range


@contextmanager
def ways() -> Iterator[Iterator[None]]:
    """Each way in which a window can be read, one after the other."""

    def each() -> Iterator[None]:
        for few, least in EVERY_WAY:
            with patch.object(ranges, "GATHERED", few), patch.object(ranges, "LEAST", least):
                yield

    yield each()


@given(rows=boards(), now=usual_times, data=st.data())
def test_any_window_at_any_time_also_before_the_last_write_is_that_of_the_full_sort(
    rows: Rows, now: datetime, data: st.DataObject
) -> None:
    asked = [data.draw(queries(now)) for _ in range(3)]
    every = [*asked, *(asking(now=now, sort=sort, limit=3, include_closed=True) for sort in Sort)]

    async def check() -> None:
        with TemporaryDirectory() as place:
            store = SqliteStore(empty_file(Path(place) / "tasks.db"))
            await store.open()
            oracle = await laid_out(store, rows)
            with ways() as each_way:
                for _ in each_way:
                    for query in every:
                        assert [bare(each) for each in await store.find(query)] == oracle.find(query), query
                        paged = replace(query, limit=2, offset=0)
                        assert ids(await walked(store, paged)) == ids(oracle.find(replace(paged, limit=500)))
                    await same_counts(store, oracle, now)
            await store.close()

    finished(check())


async def same_counts(store: SqliteStore, oracle: Oracle, now: datetime) -> None:
    for private in (False, True):
        assert await store.tally(now, private=private) == oracle.tally(now, private=private)
    assert await store.time_band(now) == oracle.time_band(now)


async def test_a_page_may_begin_between_due_bands_of_equal_points(store: SqliteStore) -> None:
    # Overdue with 50 points and due soon with 80 make the same score; the second range begins where the first ends.
    overdue = {"due": NOW, "priority": 3}
    await put(store, task("plain", **overdue), task("sent back", sent_back=True, **overdue))
    await put(store, task("soon", sent_back=True, due=later(hours=1)), task("later", due=later(days=9)))
    order = ["sent back", "plain", "soon", "later"]
    for limit in (1, 2, 3):
        assert [each.title for each in await walked(store, asking(limit=limit))] == order


@pytest.fixture
async def board(store: SqliteStore) -> SqliteStore:
    """Enough tasks on enough shelves that ranges, shares and gathering all take place."""
    owners, labels = list(Owner), [("a",), ("b",), (), ("a", "b")]
    await put(
        store,
        *(
            task(
                f"Task {n}", assignee=owners[n % 3], priority=1 + n % 5, labels=labels[n % 4], private=n % 11 == 0,
                created_at=later(hours=-n), due=later(hours=n % 60 - 20), origin=("email", "manual")[n % 7 > 0],
                agent="alpha" if n % 13 == 0 else None,
            )
            for n in range(400)
        ),
    )  # fmt: skip
    return store


@pytest.mark.parametrize("sort", Sort)
async def test_a_large_board_pages_through_every_sort_in_full_order(board: SqliteStore, sort: Sort) -> None:
    everything = await board.get_many(range(1, 401))
    expected = sorted(everything.values(), key=lambda each: key(each, sort, NOW))
    assert ids(await walked(board, asking(sort=sort, limit=37))) == ids(expected)
    assert ids(await board.find(asking(sort=sort, limit=30, offset=95))) == ids(expected[95:125])


@pytest.mark.parametrize("few", [0, 60, 2_000])
async def test_narrow_lists_are_right_whether_gathered_or_walked(board: SqliteStore, few: int) -> None:
    everything = (await board.get_many(range(1, 401))).values()
    with patch.object(ranges, "GATHERED", few):
        for narrow in ({"label": "a"}, {"origin": "email"}, {"label": "b", "due": DueBand.SOON}):
            query = asking(limit=25, **narrow)
            every = await board.find(replace(query, limit=500))
            assert ids(await board.find(query)) == ids(every)[:25]
            fits = [each for each in everything if _fits(query, each)]
            assert ids(every) == ids(sorted(fits, key=lambda each: key(each, Sort.SMART, NOW)))


def _fits(query: Query, found: Any) -> bool:
    return (
        query.label in (None, *found.labels)
        and query.origin in (None, found.origin)
        and (query.due is None or NOW < found.due_at <= later(hours=24))
    )
