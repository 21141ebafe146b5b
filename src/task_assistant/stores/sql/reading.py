"""Tasks by their ids, and which of them an agent has ever held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select, union_all

from task_assistant.domain.purging import external_digest
from task_assistant.domain.task import Task
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.rows import COLUMNS, to_task
from task_assistant.stores.sql.statements import Among, Connection, Statement
from task_assistant.stores.sql.tables import dependencies, tasks, workers

BIGGEST = 2**63 - 1
TASK = [tasks.c[name] for name in COLUMNS]
BY_ID = Statement(select(*TASK).where(tasks.c.id == named("id")))
BY_IDS = Statement(select(*TASK).where(Among(tasks.c.id, "ids")))
STATES = Statement(
    select(tasks.c.id, tasks.c.revision, tasks.c.open_dependencies, tasks.c.unblocks).where(
        Among(tasks.c.id, "ids")
    )
)
BY_DIGESTS = Statement(
    select(tasks.c.external_digest, *TASK).where(Among(tasks.c.external_digest, "digests"))
)
DEPENDENTS = Statement(
    select(dependencies.c.task_id)
    .where(dependencies.c.depends_on == named("id"))
    .order_by(dependencies.c.task_id)
)
WORKED_ON = Statement(
    select(workers.c.task_id).where(Among(workers.c.task_id, "ids"), workers.c.agent == bindparam("agent"))
)

ASTRAY = Statement(
    union_all(
        select(*TASK).where(tasks.c.wakes_at <= named("now")),
        select(*TASK).where(tasks.c.woke_at > named("now")),
    )
)


async def get(connection: Connection, task_id: int) -> Task | None:
    """The task, or None when there never was one."""
    if not 0 < task_id <= BIGGEST:
        return None
    rows = await connection.execute(BY_ID, {"id": task_id})
    return to_task(rows[0]) if rows else None


async def get_many(connection: Connection, ids: Iterable[int]) -> dict[int, Task]:
    """Those of the tasks that there are, in the order of the ids."""
    wanted = list(dict.fromkeys(i for i in ids if 0 < i <= BIGGEST))
    found = await _known(connection, wanted)
    if missing := [i for i in wanted if i not in found]:
        rows = await connection.execute(BY_IDS, {"ids": connection.many(missing)})
        fresh = {row[0]: to_task(row) for row in rows}
        connection.known.keep(fresh)
        found |= fresh
    return {i: found[i] for i in wanted if i in found}


async def _known(connection: Connection, ids: list[int]) -> dict[int, Task]:
    """Those that were read before and have not changed since: telling costs a tenth of reading."""
    known = connection.known.among(ids)
    if not known:
        return {}
    rows = await connection.execute(STATES, {"ids": connection.many(known)})
    return {
        task_id: known[task_id]
        for task_id, *state in rows
        if [known[task_id].revision, known[task_id].open_dependencies, known[task_id].unblocks] == state
    }


async def by_external_ids(connection: Connection, external_ids: Sequence[str]) -> dict[str, Task]:
    """Tasks by external id; a purged one is found by what remains of its external id."""
    digests = {external_digest(external_id): external_id for external_id in external_ids}
    rows = await connection.execute(BY_DIGESTS, {"digests": connection.many(digests)}) if digests else []
    return {digests[row[0]]: to_task(row[1:]) for row in rows}


async def dependents(connection: Connection, task_id: int) -> list[int]:
    """The ids of the tasks that depend on this one, closed and deleted ones included."""
    return [row[0] for row in await connection.execute(DEPENDENTS, {"id": task_id})]


async def worked_on(connection: Connection, agent: str, ids: Iterable[int]) -> set[int]:
    """Those of the tasks that the agent has ever held."""
    params = {"agent": agent, "ids": connection.many([i for i in ids if 0 < i <= BIGGEST])}
    return {row[0] for row in await connection.execute(WORKED_ON, params)}


async def astray(connection: Connection, now: int) -> list[Task]:
    """The tasks whose shelf is not the one of `now`: a lease or deferral of theirs ended between then and now."""
    return [to_task(row) for row in await connection.execute(ASTRAY, {"now": now})]
