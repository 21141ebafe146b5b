"""Any task, for Hypothesis: the shared boards' tasks with counts and times of all kinds."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from task_assistant.domain.task import Task
from tests.stores.conformance import boards


@st.composite
def any_task(draw: st.DrawFn) -> Task:
    """A task as a store gives it, with an id and counted dependencies."""
    counts = {"open_dependencies": draw(st.integers(0, 2)), "unblocks": draw(st.integers(0, 5))}
    return draw(boards.tasks()).having(id=draw(st.integers(1, 9)), **counts)


def any_time() -> st.SearchStrategy[datetime]:
    """Any time, mostly near the bounds of the boards' tasks."""
    return boards.times
