"""Dependencies: who holds whom, and no circles."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.dependencies import circle, holds, open_dependencies, unblocks
from task_assistant.domain.task import CLOSED, Status
from tests.factories import NOW, task

PLACES = range(6)
graphs = st.fixed_dictionaries({place: st.sets(st.sampled_from(PLACES), max_size=3) for place in PLACES})


@pytest.mark.parametrize("status", Status)
def test_only_an_active_dependency_holds(status: Status) -> None:
    assert holds(task(status=status)) is (status not in CLOSED)
    assert not holds(task(status=status, deleted_at=NOW))


def test_open_dependencies_are_those_that_hold() -> None:
    assert open_dependencies([task(), task(status=Status.DONE), task(deleted_at=NOW), task()]) == 2
    assert open_dependencies([]) == 0


def test_only_active_tasks_wait_and_only_for_active_ones() -> None:
    dependents = [task(), task(status=Status.CANCELLED), task(deleted_at=NOW), task()]
    assert unblocks(task(), dependents) == 2
    assert unblocks(task(status=Status.DONE), dependents) == 0
    assert unblocks(task(deleted_at=NOW), dependents) == 0


def reachable(start: int, graph: dict[int, set[int]]) -> set[int]:
    found: set[int] = set()
    edge = set(graph[start])
    while edge:
        found |= edge
        edge = {there for here in edge for there in graph[here]} - found
    return found


@given(graphs, st.sampled_from(PLACES))
def test_a_circle_is_found_exactly_when_the_task_reaches_itself(
    graph: dict[int, set[int]], start: int
) -> None:
    path = circle(start, graph[start], graph.__getitem__)
    assert (path is not None) is (start in reachable(start, graph))
    if path is not None:
        assert path[0] == path[-1] == start
        assert all(there in graph[here] for here, there in pairwise(path))
        assert len(set(path)) == len(path) - 1


def test_a_circle_elsewhere_is_not_this_tasks_and_ends_the_search() -> None:
    assert circle(0, [1], {1: [2], 2: [1]}.__getitem__) is None


def test_a_long_chain_is_walked_without_recursion() -> None:
    assert circle(0, [1], lambda here: [here + 1] if here < 50_000 else []) is None
    assert circle(0, [1], lambda here: [(here + 1) % 50_000]) is not None
