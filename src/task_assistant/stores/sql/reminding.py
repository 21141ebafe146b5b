"""Due reminders: through the index of the times at which the person is to be reminded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, tuple_

from task_assistant.domain.ordering import micros
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight, sees
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.reading import TASK, worked_on
from task_assistant.stores.sql.rows import to_task
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import tasks

T = tasks.c
PAGE = 100
DUE = Statement(
    select(T.remind_at, *TASK)
    .where(
        T.remind_at <= named("now"),
        tuple_(T.remind_at, T.id) > tuple_(named("after"), named("after_id")),
        T.private <= named("private"),
    )
    .order_by(T.remind_at, T.id)
    .limit(named("n"))
    .offset(0)
)


async def due_reminders(connection: Connection, now: datetime, sight: Sight, limit: int) -> list[Task]:
    """Active tasks whose reminder is due and which the sight allows, earliest first."""
    found: list[Task] = []
    params = {"now": micros(now), "private": int(sight.private), "after": -(2**62), "after_id": 0, "n": PAGE}
    while len(found) < limit:
        rows = await connection.execute(DUE, params)
        page = [to_task(row[1:]) for row in rows]
        worked = (
            set() if sight.worker is None else await worked_on(connection, sight.worker, [t.id for t in page])
        )
        found += [task for task in page if sees(sight, task, now, worked_on=task.id in worked)]
        if len(rows) < PAGE:
            break
        params |= {"after": rows[-1][0], "after_id": rows[-1][1]}
    return found[:limit]
