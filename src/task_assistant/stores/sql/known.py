"""Tasks that were read lately, so that lists which hardly change are not read in full each time.

Whoever asks compares revision and derived counts with the row first, so a cache is never believed. Long tasks are left
out: a thousand of the others take a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from task_assistant.domain.task import Task

KNOWN = 1_000  # tasks that a reader need not read again
LONG = 4_000  # characters


class Known:
    """The last tasks that were kept, at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._tasks: dict[int, Task] = {}

    def among(self, ids: Iterable[int]) -> dict[int, Task]:
        """Those of the ids that are kept, as they were."""
        return {i: self._tasks[i] for i in ids if i in self._tasks}

    def keep(self, tasks: Mapping[int, Task]) -> None:
        """Keeps them, if they are short; the longest kept make room."""
        for task_id, task in tasks.items() if self._most else ():
            if _length(task) <= LONG:
                self._tasks.pop(task_id, None)
                self._tasks[task_id] = task
        for task_id in list(self._tasks)[: max(0, len(self._tasks) - self._most)]:
            del self._tasks[task_id]


def _length(task: Task) -> int:
    texts = (task.description, task.source_context, task.result.evidence if task.result else None)
    return sum(len(text) for text in texts if text)
