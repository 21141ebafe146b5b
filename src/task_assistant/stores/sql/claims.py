"""The next task for an agent: candidates in rank order until one is taken, all inside one write transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Text, bindparam, or_, select

from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Committed
from task_assistant.stores.sql import shelves
from task_assistant.stores.sql.commits import commit_held
from task_assistant.stores.sql.filters import Filters, named
from task_assistant.stores.sql.ranges import STOCK_OF, Moment, Source, Window, top
from task_assistant.stores.sql.reading import TASK, astray, get_many
from task_assistant.stores.sql.rows import to_task
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import tasks

T = tasks.c
Taken = TypeVar("Taken")
ALL = 2**31  # more claims than any board has, where no limit was given
FIRST_LOOK = 1  # the first candidate is nearly always taken
LIVE_CLAIMS = Statement(
    select(*TASK)
    .where(
        T.claim_agent.is_not(None),
        or_(bindparam("agent", type_=Text).is_(None), T.claim_agent == bindparam("agent", type_=Text)),
        T.lease_ends_at > named("now"),
    )
    .order_by(T.claimed_at, T.id)
    .limit(named("n"))
)
WOKEN = Statement(
    select(*TASK).where(T.wakes_at <= named("now")).order_by(T.wakes_at, T.id).limit(named("n")).offset(0)
)


class Pick(Protocol):
    """How candidates are offered where several may ask at once."""

    async def __call__(
        self,
        connection: Connection,
        ids: list[int],
        strays: dict[int, Task],
        judge: Callable[[Task], Taken | None],
    ) -> Taken | None:
        """What `judge` makes of the first of the tasks for which that is not None; `strays` have been read already."""


async def in_order(
    connection: Connection, ids: list[int], strays: dict[int, Task], judge: Callable[[Task], Taken | None]
) -> Taken | None:
    """One after the other, as they were read: nobody else writes meanwhile, or nothing is written."""
    calm = await get_many(connection, [i for i in ids if i not in strays])
    for task_id in ids:
        if (taken := judge(strays.get(task_id) or calm[task_id])) is not None:
            return taken
    return None


async def claim_next(
    connection: Connection, wanted: Wanted, take: Callable[[Task], ChangeSet | None], pick: Pick = in_order
) -> Committed | None:
    """Commits what `take` makes of the first candidate that it takes."""
    changes = await first(connection, wanted, take, pick)
    return None if changes is None else await commit_held(connection, changes)


async def any_candidate(connection: Connection, wanted: Wanted) -> bool:
    """Whether `claim_next` would be offered a task: cheap, and takes no lock."""
    return await first(connection, wanted, lambda _: True) is not None


async def first(
    connection: Connection, wanted: Wanted, offer: Callable[[Task], Taken | None], pick: Pick = in_order
) -> Taken | None:
    """What `offer` makes of the best ranked wanted task for which that is not None; read a few at a time."""

    def judge(task: Task) -> Taken | None:
        return None if wanted.declined(task) else offer(task)

    now = micros(wanted.now)
    strays = await astray(connection, now)
    sources = _sources(wanted)
    shelves_asked = connection.many(sorted(sources[0].shelves | sources[1].shelves))
    moment = Moment(now, await connection.execute(STOCK_OF, {"shelves": shelves_asked}), bool(strays))
    apart = {key(task, Sort.SMART, wanted.now): task for task in strays if wanted.fits(task)}
    after: Key | None = None
    look = FIRST_LOOK
    while True:
        keys = await _next(connection, sources, moment, after, look)
        last = keys[-1] if len(keys) == look else None
        near = [k for k in apart if last is None or k <= last]
        ids = [k[-1] for k in sorted([*keys, *near])]
        taken = await pick(connection, ids, {k[-1]: apart.pop(k) for k in near}, judge)
        if taken is not None:
            return taken
        if last is None:
            return None
        after, look = last, look * 8


async def _next(
    connection: Connection, sources: list[Source], moment: Moment, after: Key | None, look: int
) -> list[Key]:
    window = Window(Sort.SMART, look, after)
    found: list[Key] = []
    for source in sources:
        found += await top(connection, source, window, moment)
    return sorted(found)[:look]


def _sources(wanted: Wanted) -> list[Source]:
    """Tasks for any agent, and those for this one by name, which are few."""
    wish = Filters(wanted.labels, wanted.key_labels, wanted.origin, wanted.key_origins)
    anyone = Source(shelves.claimable(wanted.private, False), wish)
    named_one = shelves.claimable(wanted.private, True)
    mine = Source(named_one, replace(wish, agent=wanted.agent), gathered="agent")
    return [anyone, mine]


async def held_by(
    connection: Connection, agent: str | None, now: datetime, limit: int | None = None
) -> list[Task]:
    """Tasks with a live claim, oldest claim first."""
    most = ALL if limit is None else limit
    rows = await connection.execute(LIVE_CLAIMS, {"agent": agent, "now": micros(now), "n": most})
    return [to_task(row) for row in rows]


async def woken(connection: Connection, now: datetime, limit: int) -> list[Task]:
    """Tasks whose lease or deferral has ended since they were last written."""
    rows = await connection.execute(WOKEN, {"now": micros(now), "n": limit})
    return [to_task(row) for row in rows]
