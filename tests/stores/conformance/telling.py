"""The few sentences in which the suite talks to a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.records import Record
from task_assistant.domain.task import Status, Task
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet, Store
from tests.factories import EVERYTHING, NOW, changes, claim, event, insert, update

ENOUGH = 500  # steps until a loop over a broken store gives up


async def put(store: Store, *tasks: Task, now: datetime = NOW) -> list[Task]:
    """Inserts the tasks in one commit; as they are now."""
    return list((await store.commit(changes(*map(insert, tasks), now=now))).tasks)


async def put_one(store: Store, task: Task, *records: Record, now: datetime = NOW) -> Task:
    """Inserts one task with its records; as it is now."""
    return (await store.commit(changes(insert(task, *records), now=now))).tasks[0]


async def change(store: Store, task: Task, *records: Record, now: datetime = NOW, **fields: Any) -> Task:
    """Changes fields of the task as it is in the store."""
    current = await stored(store, task)
    return (await store.commit(changes(update(current, *records, **fields), now=now))).tasks[0]


async def stored(store: Store, task: Task) -> Task:
    """The task as the store has it."""
    found = await store.get(task.id)
    assert found is not None
    return found


async def titles(store: Store, **query: Any) -> list[str]:
    """The titles that a query finds; by default the person asks at NOW for everything active."""
    return [task.title for task in await store.find(asking(**query))]


def asking(**query: Any) -> Query:
    """A query; by default the person asks at NOW for everything active."""
    return Query(**{"now": NOW, "sight": EVERYTHING, "limit": 500, **query})


async def whole_feed(store: Store) -> list[Event]:
    """Everything in the feed."""
    return await store.events(0, 100_000)


def taking(agent: str = "alpha", at: datetime = NOW, lease: int = 1800) -> Callable[[Task], ChangeSet]:
    """What a claim of this agent does to the task that it is offered."""

    def take(offered: Task) -> ChangeSet:
        serial = offered.number("claim")
        held = claim(agent, at, lease, serial=serial)
        taken = offered.numbered("claim", serial)
        told = (event(task_id=offered.id, actor=f"agent:{agent}"),)
        return changes(update(taken, events=told, claim=held, status=Status.IN_PROGRESS), now=at)

    return take


async def taken_by(store: Store, wanted: Wanted) -> list[Task]:
    """What the agent is given, one after the other, until nothing is left for it."""
    given: list[Task] = []
    for _ in range(ENOUGH):
        answer = await store.claim_next(wanted, taking(wanted.agent, wanted.now))
        if answer is None:
            return given
        given.append(answer.tasks[0])
    raise AssertionError("the store never runs out of tasks")


async def walked(store: Store, query: Query) -> list[Task]:
    """All pages of the query, by its cursor, `now` frozen."""
    sort = query.sort or (Sort.SMART if query.text is None else Sort.CREATED)
    seen: list[Task] = []
    for _ in range(ENOUGH):
        page = await store.find(query)
        if not page:
            return seen
        seen += page
        query = replace(query, after=key(page[-1], sort, query.now))
    raise AssertionError("the store never runs out of pages")


def bare(task: Task) -> Task:
    """The task without what a store may number as it likes."""
    return task.having(revision=0)


def ids(tasks: Iterable[Task]) -> list[int]:
    """Their ids, in order."""
    return [task.id for task in tasks]
