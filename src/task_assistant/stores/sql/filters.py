"""What narrows a list beyond its shelves, as conditions on rows and as the parameters that they need.

Each narrowing is also a *driver*: a way to gather the ids that it leaves through an index of its own, for the case
that they are few.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from task_assistant.domain.ranking import DueBand
from task_assistant.stores.sql.orders import bounds
from task_assistant.stores.sql.statements import Among, Connection
from task_assistant.stores.sql.tables import task_labels, tasks, workers

Condition = ColumnElement[bool]
T = tasks.c


@dataclass(frozen=True, slots=True)
class Filters:
    """The narrowings of one source of rows; None and empty sets do not narrow.

    `key_labels` and `labels` each ask for any of theirs. `worker`: rows that this agent has ever held. `due` matters
    only where the sort's ranges do not say it already.
    """

    labels: frozenset[str] = frozenset()
    key_labels: frozenset[str] = frozenset()
    origin: str | None = None
    key_origins: frozenset[str] = frozenset()
    creator: str | None = None
    agent: str | None = None
    worker: str | None = None
    priority: int | None = None
    due: DueBand | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Which of them narrow: the shape of the statement."""
        return tuple(name for name in DRIVERS if getattr(self, name))

    def params(self, connection: Connection, now: int) -> dict[str, Any]:
        """The parameters of the conditions and of all drivers."""
        low, high = bounds(self.due, now)
        found: dict[str, Any] = {"due_low": low, "due_high": high}
        for name in self.names:
            value = getattr(self, name)
            found[name] = connection.many(sorted(value)) if isinstance(value, frozenset) else value
        return found


def named(name: str) -> ColumnElement[Any]:
    """An integer parameter."""
    return bindparam(name, type_=BigInteger)


def calm() -> Condition:
    """True for rows whose shelf and base are right at `now`."""
    now = named("now")
    return and_(or_(T.wakes_at.is_(None), T.wakes_at > now), or_(T.woke_at.is_(None), T.woke_at <= now))


def _labelled(name: str) -> Condition:
    here = task_labels.c.task_id == T.id
    return exists(
        select(literal_column("1")).select_from(task_labels).where(here, Among(task_labels.c.label, name))
    )


def _worked() -> Condition:
    here = workers.c.task_id == T.id
    mine = workers.c.agent == bindparam("worker")
    return exists(select(literal_column("1")).select_from(workers).where(here, mine))


def _due(row: Any) -> Condition:
    return and_(row.due_at > named("due_low"), row.due_at <= named("due_high"))


CONDITIONS: dict[str, Callable[[], Condition]] = {
    "worker": _worked,
    "agent": lambda: T.agent == bindparam("agent"),
    "labels": lambda: _labelled("labels"),
    "key_labels": lambda: _labelled("key_labels"),
    "creator": lambda: T.created_by == bindparam("creator"),
    "origin": lambda: T.origin == bindparam("origin"),
    "key_origins": lambda: Among(T.origin, "key_origins"),
    "priority": lambda: T.priority == named("priority"),
    "due": lambda: _due(T),
}


def conditions(names: tuple[str, ...]) -> list[Condition]:
    """The conditions of these narrowings."""
    return [CONDITIONS[name]() for name in names]


def _ids(table: Table, column: str, found: Callable[[Any], Condition]) -> Select[Any]:
    row = table.alias("found")
    on_shelves = Among(row.c.shelf, "shelves")
    return select(row.c[column].label("id")).where(found(row.c), on_shelves)


# Narrowings by how few rows they usually leave; the first named is tried first.
DRIVERS: dict[str, Callable[[], Select[Any]]] = {
    "worker": lambda: _ids(workers, "task_id", lambda row: row.agent == bindparam("worker")),
    "agent": lambda: _ids(tasks, "id", lambda row: row.agent == bindparam("agent")),
    "labels": lambda: _ids(task_labels, "task_id", lambda row: Among(row.label, "labels")),
    "key_labels": lambda: _ids(task_labels, "task_id", lambda row: Among(row.label, "key_labels")),
    "creator": lambda: _ids(tasks, "id", lambda row: row.created_by == bindparam("creator")),
    "origin": lambda: _ids(tasks, "id", lambda row: row.origin == bindparam("origin")),
    "key_origins": lambda: _ids(tasks, "id", lambda row: Among(row.origin, "key_origins")),
    "priority": lambda: _ids(tasks, "id", lambda row: row.priority == named("priority")),
    "due": lambda: _ids(tasks, "id", _due),
}


def gathered(driver: str) -> Select[Any]:
    """The ids that the driver gives, each once: a task may have several of the labels asked for."""
    ids = DRIVERS[driver]()
    return ids.distinct() if driver in ("labels", "key_labels") else ids


def few(driver: str) -> Select[Any]:
    """How many rows the driver gives, counted no further than `cap`; a task counts for each of its labels."""
    capped = DRIVERS[driver]().limit(named("cap")).offset(literal_column("0")).subquery()
    return select(func.count()).select_from(capped)
