"""Tasks by a time of theirs: due reminders, and those with a date of their own. Each has an index."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, tuple_

from task_assistant.domain.ordering import Key, micros
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight, sees
from task_assistant.stores.sql.filters import Condition, named
from task_assistant.stores.sql.reading import TASK, worked_on
from task_assistant.stores.sql.rows import to_task
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import tasks

T = tasks.c
PAGE = 100
EVERYTHING: Key = (-(2**62), 0)


def _in_time(at: ColumnElement[int], which: Condition) -> Statement:
    """One page by this time, after the last row that was seen."""
    beyond = tuple_(at, T.id) > tuple_(named("after"), named("after_id"))
    wanted = select(at, *TASK).where(which, beyond, T.private <= named("private"))
    return Statement(wanted.order_by(at, T.id).limit(named("n")).offset(0))


DUE = _in_time(T.remind_at, T.remind_at <= named("at"))
DATED = _in_time(T.dated_at, T.dated_at >= named("at"))


async def due_reminders(
    connection: Connection, now: datetime, sight: Sight, limit: int, after: Key | None = None
) -> list[Task]:
    """Active tasks whose reminder is due and which the sight allows, earliest first."""
    return await _pages(connection, DUE, now, sight, limit, after)


async def dated(connection: Connection, since: datetime, sight: Sight, limit: int) -> list[Task]:
    """Active tasks with a date of their own from a time on which the sight allows, earliest first."""
    return await _pages(connection, DATED, since, sight, limit)


async def _pages(
    connection: Connection, statement: Statement, at: datetime, sight: Sight, limit: int,
    after: Key | None = None,
) -> list[Task]:  # fmt: skip
    found: list[Task] = []
    params = {
        "at": micros(at),
        "private": int(sight.private),
        "after": EVERYTHING[0] if after is None else after[0],
        "after_id": EVERYTHING[1] if after is None else after[1],
        "n": min(PAGE, limit),
    }
    while len(found) < limit:
        rows = await connection.execute(statement, params)
        page = [to_task(row[1:]) for row in rows]
        worked = (
            set() if sight.worker is None else await worked_on(connection, sight.worker, [t.id for t in page])
        )
        found += [task for task in page if sees(sight, task, at, worked_on=task.id in worked)]
        if len(rows) < params["n"]:
            break
        params |= {"after": rows[-1][0], "after_id": rows[-1][1]}
    return found[:limit]
