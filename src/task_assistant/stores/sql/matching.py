"""The rules of a query for single tasks: for rows that are read apart because their shelf is out of date."""

from __future__ import annotations

from collections.abc import Sequence

from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sees
from task_assistant.ports.queries import Query
from task_assistant.stores.sql.reading import worked_on
from task_assistant.stores.sql.statements import Connection


async def matching(connection: Connection, query: Query, tasks: Sequence[Task]) -> list[Task]:
    """Those of the tasks that the query's sight and filters allow; its text is not looked at."""
    if not tasks:
        return []
    worker = query.sight.worker
    worked = set() if worker is None else await worked_on(connection, worker, [task.id for task in tasks])
    return [
        task
        for task in tasks
        if query.fits(task) and sees(query.sight, task, query.now, worked_on=task.id in worked)
    ]
