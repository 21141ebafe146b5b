"""Dependencies: which of them hold a task back, and no circles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from task_assistant.domain.task import Task


def holds(dependency: Task) -> bool:
    """An active dependency holds back whoever depends on it; a closed or deleted one no longer does."""
    return dependency.active


def open_dependencies(dependencies: Iterable[Task]) -> int:
    """How many of a task's dependencies hold it back."""
    return sum(map(holds, dependencies))


def unblocks(task: Task, dependents: Iterable[Task]) -> int:
    """How many active tasks wait for this one; none once it is closed or deleted."""
    return sum(dependent.active for dependent in dependents) if task.active else 0


def circle(
    task_id: int, depends_on: Iterable[int], edges: Callable[[int], Iterable[int]]
) -> tuple[int, ...] | None:
    """The ids along a circle that `depends_on` would close, beginning and ending with the task; None if there is none.

    `edges(id)` gives what another task depends on.
    """
    came_from: dict[int, int] = dict.fromkeys(depends_on, task_id)
    waiting = list(came_from)
    while waiting:
        here = waiting.pop()
        if here == task_id:
            return _path(task_id, came_from)
        for there in edges(here):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return None


def _path(task_id: int, came_from: dict[int, int]) -> tuple[int, ...]:
    path = [task_id]
    here = came_from[task_id]
    while here != task_id:
        path.append(here)
        here = came_from[here]
    return (*path, task_id)[::-1]
