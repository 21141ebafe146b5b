"""Dependencies between tasks, and the two numbers that follow from them on every task that a commit affects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, func, select, text

from task_assistant.domain.dependencies import circle
from task_assistant.domain.errors import DependencyCycle, invalid
from task_assistant.domain.task import Task
from task_assistant.ports.store import Write
from task_assistant.stores.sql import writes
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.reading import DEPENDENTS
from task_assistant.stores.sql.statements import Among, Connection, Statement, inserting
from task_assistant.stores.sql.tables import dependencies, tasks
from task_assistant.stores.sql.writing import Writing

T, D = tasks.c, dependencies.c
EDGES = 0x7074_6102  # what two halves of a circle would both be about
KNOWN = Statement(
    select(T.id, T.live_due_at).where(Among(T.id, "ids")).order_by(T.id).with_for_update(key_share=True)
)
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


def affect(writing: Writing, before: Task | None, after: Task) -> None:
    """Notes whom this change affects: the task itself, whatever it depends on or did, and whoever depends on it."""
    was, old = (False, ()) if before is None else (before.active, before.depends_on)
    if was != after.active:
        writing.affected.update((*old, *after.depends_on))
        if before is not None:
            writing.affected.add(after.id)
            writing.turned.append(after.id)
    elif old != after.depends_on:
        writing.affected.update({*old} ^ {*after.depends_on})


async def guard(connection: Connection, writes: Iterable[Write]) -> None:
    """Before any row is held: who connects tasks does so alone."""
    if any(write.task.depends_on for write in writes):
        await connection.alone(EDGES)


async def count_open(connection: Connection, depends_on: Iterable[int]) -> int:
    """How many of the dependencies hold. Raises InvalidFields naming those that there never were."""
    ids = set(depends_on)
    if not ids:
        return 0
    rows = await connection.execute(KNOWN, {"ids": connection.many(sorted(ids))})
    if unknown := sorted(ids - {row[0] for row in rows}):
        raise invalid("depends_on", f"there is no task {', '.join(map(str, unknown))}; name tasks that exist")
    return sum(row[1] is not None for row in rows)


async def connect(writing: Writing, before: Task | None, after: Task) -> None:
    """Replaces the edges of a task, if they changed."""
    if after.depends_on == (() if before is None else before.depends_on):
        return
    if before is not None:
        await writing.connection.execute(CLEAR, {"id": after.id})
    for edge in sorted(set(after.depends_on)):
        await writing.connection.execute(EDGE, {"task_id": after.id, "depends_on": edge})
    writing.connected[after.id] = after.depends_on


async def check_circles(writing: Writing) -> None:
    """Raises DependencyCycle when the new edges of the commit, all of them in place, close a circle."""
    for task_id, edges in writing.connected.items():
        beyond: defaultdict[int, list[int]] = defaultdict(list)
        for here, there in await writing.connection.execute(BEYOND, {"id": task_id}) if edges else ():
            beyond[here].append(there)
        if path := circle(task_id, edges, beyond.__getitem__):
            raise DependencyCycle(path)


async def recount(writing: Writing) -> dict[int, Task]:
    """Writes the derived counts of all affected tasks where they changed; those tasks as they now are."""
    for task_id in writing.turned:
        rows = await writing.connection.execute(DEPENDENTS, {"id": task_id})
        writing.affected.update(row[0] for row in rows)
    found: dict[int, Task] = {}
    for task_id in sorted(writing.affected):
        row = await writes.read(
            writing.connection, task_id
        )  # locked first, or others may have been counted wrong
        if row is None:
            continue
        ((holding, waiting),) = await writing.connection.execute(AROUND, {"id": task_id})
        counts = {"open_dependencies": holding, "unblocks": waiting if row["live_due_at"] is not None else 0}
        if counts != {name: row[name] for name in counts}:
            found[task_id] = writes.task_of(row).having(**counts)
            await writes.recount(writing, row, found[task_id])
    return found
