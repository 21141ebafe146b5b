"""Tasks by number, by what their source calls them, by a time of theirs, and by who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from task_assistant.domain.ordering import micros
from task_assistant.domain.purging import external_digest
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight, sees
from task_assistant.stores.firestore import lists
from task_assistant.stores.firestore.drafting import EXTERNAL
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, Stored, of_row
from task_assistant.stores.firestore.numbers import key

AT_ONCE: Final = 100  # tasks read at a time while looking for those that a sight allows


async def some(gateway: Gateway, ids: Iterable[int]) -> dict[int, Stored]:
    """Those that exist, by number."""
    rows = await gateway.get_many(TASKS, map(key, ids))
    return {int(name): of_row(row) for name, row in rows.items()}


async def owners(gateway: Gateway, external_ids: Sequence[str]) -> dict[str, int]:
    """The numbers of the tasks that have these external ids, by external id."""
    digests = {name: external_digest(name) for name in external_ids}
    rows = await gateway.get_many(EXTERNAL, digests.values())
    return {name: rows[digest].fields["task"] for name, digest in digests.items() if digest in rows}


async def woken(gateway: Gateway, now: datetime, limit: int) -> list[Stored]:
    """Those that have changed by themselves since they were written, in the order in which they did."""
    ask = Ask(TASKS, (("wakes_at", "<=", micros(now)),), (("wakes_at", False),), limit)
    return [of_row(row) for row in await gateway.query(ask)]


async def in_time(
    gateway: Gateway,
    field: str,
    which: str,
    at: datetime,
    sight: Sight,
    limit: int,
    after: tuple[Any, ...] | None = None,
) -> list[Task]:
    """Tasks by a time of theirs on one side of `at`, as far as the sight allows, earliest first."""
    found: list[Task] = []
    where, order = ((field, which, micros(at)),), ((field, False),)
    while len(found) < limit:
        rows = await gateway.query(Ask(TASKS, where, order, AT_ONCE, after))
        page = [of_row(row) for row in rows]
        found += [s.task for s in page if sees(sight, s.task, at, worked_on=sight.worker in s.workers)]
        if len(rows) < AT_ONCE:
            break
        after = (rows[-1].fields[field], rows[-1].key)
    return found[:limit]


async def held_by(gateway: Gateway, agent: str | None, now: datetime) -> list[Task]:
    """Tasks with a live claim of the agent, or of any, oldest claim first; reads all that are not swept yet."""
    name = lists.named(lists.ALL, lists.CLAIMED if agent is None else f"{lists.CLAIMED}@{agent}")
    rows = await gateway.query(Ask(TASKS, (("broad", "array_contains", name),), (("due_at", False),)))
    held = [task for task in (of_row(row).task for row in rows) if task.held(now)]
    return sorted(held, key=lambda task: (task.claimed().claimed_at, task.id))
