"""Orders: each sort is one total order, whose last word is the id."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.ordering import KEYS, OWNERS, Sort, key
from task_assistant.domain.ranking import score
from task_assistant.domain.task import Owner, Task
from tests.domain.tasks import any_task, any_time
from tests.factories import NOW, later, task


@pytest.mark.parametrize("sort", Sort)
def test_every_sort_of_the_contract_has_a_key(sort: Sort) -> None:
    assert sort in KEYS


@given(st.lists(any_task(), unique_by=lambda each: each.id), any_time(), st.sampled_from(Sort))
def test_every_order_is_total(board: list[Task], now: datetime, sort: Sort) -> None:
    keys = [key(each, sort, now) for each in board]
    assert len(set(keys)) == len(board)
    assert all(isinstance(part, int) for each in keys for part in each)


@given(any_task(), any_task(), any_time())
def test_a_better_score_comes_first_whatever_else(one: Task, two: Task, now: datetime) -> None:
    if score(one, now) > score(two, now):
        assert key(one, Sort.SMART, now) < key(two, Sort.SMART, now)


@pytest.mark.parametrize(
    ("sort", "first", "second"),
    [
        (Sort.SMART, task(id=2, due=later(days=2)), task(id=1, due=later(days=3))),
        (Sort.SMART, task(id=1), task(id=2)),
        (Sort.DUE, task(id=2, due=later(hours=1)), task(id=1, priority=1)),
        (Sort.DUE, task(id=1), task(id=2)),
        (Sort.CREATED, task(id=1, created_at=later(hours=1)), task(id=2)),
        (Sort.CREATED, task(id=2), task(id=1)),
        (Sort.UPDATED, task(id=1, updated_at=later(hours=1)), task(id=2)),
        (Sort.UPDATED, task(id=2), task(id=1)),
        (Sort.PRIORITY, task(id=2, priority=1, due=later(days=9)), task(id=1, priority=2, due=NOW)),
        (Sort.PRIORITY, task(id=2, due=NOW), task(id=1, due=later(hours=1))),
        (Sort.OWNER, task(id=2, assignee=Owner.ME), task(id=1, assignee=Owner.CODEX)),
        (Sort.OWNER, task(id=2, assignee=Owner.CODEX), task(id=1)),
        (Sort.OWNER, task(id=2, due=NOW), task(id=1, due=later(hours=1))),
    ],
)
def test_the_first_comes_before_the_second(sort: Sort, first: Task, second: Task) -> None:
    assert key(first, sort, NOW) < key(second, sort, NOW)


def test_owners_come_in_the_order_of_who_acts() -> None:
    assert OWNERS == (Owner.ME, Owner.CODEX, Owner.UNASSIGNED)
    assert set(OWNERS) == set(Owner)
