"""The baseline that everybody writes first: load all tasks, filter, count and sort in Python.

It keeps its promises (the same rules, the same file, the same commit), only not their price.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from task_assistant.domain.task import Task
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet, Committed, Stale, Tally, TimeBand
from task_assistant.stores.memory import reading
from task_assistant.stores.memory.board import Board
from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.reading import TASK
from task_assistant.stores.sql.rows import to_task
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import tasks, workers

ALL = Statement(select(*TASK).where(tasks.c.purged == 0))
WORKERS = Statement(select(workers.c.agent, workers.c.task_id))


async def _everything(connection: Connection) -> Board:
    loaded = [to_task(row) for row in await connection.execute(ALL)]
    board = Board(tasks={task.id: task for task in loaded})
    for agent, task_id in await connection.execute(WORKERS):
        board.worked_on[agent].add(task_id)
    return board


class NaiveStore(SqliteStore):
    """Reads the whole board for every question about it."""

    async def find(self, query: Query) -> list[Task]:
        """The window, from a sort of everything."""
        return reading.find(await self._read(_everything), query)

    async def tally(self, now: datetime, *, private: bool) -> Tally:
        """Counts, one task after the other."""
        return reading.tally(await self._read(_everything), now, private=private)

    async def time_band(self, now: datetime) -> TimeBand:
        """The nearest times, among all of them."""
        return reading.time_band(await self._read(_everything), now)

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """The first of all sorted candidates, by compare-and-set; once more from the start when somebody was faster."""
        while True:
            for task in reading.candidates(await self._read(_everything), wanted):
                try:
                    if (changes := take(task)) is not None:
                        return await self.commit(changes)
                except Stale:
                    break
            else:
                return None
