"""Dependencies between tasks, and the two numbers that follow from them on every task that a commit affects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, text

from task_assistant.domain.dependencies import circle
from task_assistant.domain.errors import DependencyCycle, invalid
from task_assistant.domain.task import Task
from task_assistant.stores.sql import writes
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.ledger import Ledger
from task_assistant.stores.sql.reading import DEPENDENTS
from task_assistant.stores.sql.statements import Among, Connection, Statement, inserting
from task_assistant.stores.sql.tables import dependencies, tasks

T, D = tasks.c, dependencies.c
KNOWN = Statement(select(T.id, T.live_due_at, T.deleted_at).where(Among(T.id, "ids")))
EDGE = inserting(dependencies, ("task_id", "depends_on"))
CLEAR = Statement(delete(dependencies).where(D.task_id == named("id")))
BEYOND = Statement(
    text(
        "WITH RECURSIVE beyond (id) AS ("
        "SELECT depends_on FROM dependencies WHERE task_id = :id "
        "UNION SELECT d.depends_on FROM dependencies AS d JOIN beyond ON d.task_id = beyond.id) "
        "SELECT task_id, depends_on FROM dependencies WHERE task_id IN (SELECT id FROM beyond)"
    )
)
LIVE = T.live_due_at.is_not(None)
AROUND = Statement(
    select(
        select(func.count())
        .select_from(dependencies.join(tasks, T.id == D.depends_on))
        .where(D.task_id == named("id"), LIVE)
        .scalar_subquery(),
        select(func.count())
        .select_from(dependencies.join(tasks, T.id == D.task_id))
        .where(D.depends_on == named("id"), LIVE)
        .scalar_subquery(),
    )
)


class Affected:
    """The tasks around those that a commit writes, whose numbers may have changed."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    async def after(self, connection: Connection, before: Task | None, after: Task) -> None:
        """Notes whom this change affects: whoever depends on the task, and whatever it depends on or did."""
        was, old = (False, ()) if before is None else (before.active, before.depends_on)
        if was != after.active:
            self.ids.update(old, after.depends_on)
            rows = await connection.execute(DEPENDENTS, {"id": after.id}) if before else ()
            self.ids.update(row[0] for row in rows)
        elif old != after.depends_on:
            self.ids.update({*old} ^ {*after.depends_on})


async def count_open(connection: Connection, depends_on: Iterable[int], known: Iterable[int] = ()) -> int:
    """How many of the dependencies hold; raises InvalidFields naming unknown and deleted ones that are new."""
    ids = set(depends_on)
    if not ids:
        return 0
    rows = await connection.execute(KNOWN, {"ids": connection.many(sorted(ids))})
    if unknown := sorted(ids - {row[0] for row in rows if row[2] is None} - set(known)):
        raise invalid("depends_on", f"there is no task {', '.join(map(str, unknown))}; name tasks that exist")
    return sum(row[1] is not None for row in rows)


async def connect(connection: Connection, task_id: int, depends_on: Iterable[int], *, new: bool) -> None:
    """Replaces the edges of a task; raises DependencyCycle when they would close a circle."""
    edges = sorted(set(depends_on))
    if not new:
        await connection.execute(CLEAR, {"id": task_id})
    for edge in edges:
        await connection.execute(EDGE, {"task_id": task_id, "depends_on": edge})
    if not edges:
        return
    beyond: defaultdict[int, list[int]] = defaultdict(list)
    for here, there in await connection.execute(BEYOND, {"id": task_id}):
        beyond[here].append(there)
    if path := circle(task_id, edges, lambda here: beyond[here]):
        raise DependencyCycle(path)


async def recount(connection: Connection, ids: Iterable[int], now: datetime, ledger: Ledger) -> dict[int, Task]:
    """Writes the numbers of those tasks where they changed; the tasks as they now are."""
    found: dict[int, Task] = {}
    for task_id in sorted(ids):
        ((open_dependencies, unblocks),) = await connection.execute(AROUND, {"id": task_id})
        row = await writes.read(connection, task_id)
        if row and (row["open_dependencies"], row["unblocks"]) != (open_dependencies, unblocks):
            task = writes.task_of(row).having(open_dependencies=open_dependencies, unblocks=unblocks)
            found[task_id] = await writes.replace(connection, row, task, now, ledger)
    return found
