"""The append-only history: events in the order in which they were committed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, func, select, update

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.limits import ID
from task_assistant.domain.ordering import micros
from task_assistant.stores.sql.contents import from_json, to_json
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.rows import time
from task_assistant.stores.sql.statements import Connection, Insert, Row, Statement
from task_assistant.stores.sql.tables import events

E = events.c
EVENT = (
    E.seq,
    E.id,
    E.type,
    E.actor,
    E.via,
    E.at,
    E.task_id,
    E.version,
    E.changes,
    E.text,
    E.undoes,
    E.request_id,
    E.lesson,
)
WRITTEN = [column.name for column in EVENT[1:]]
ADD = Insert(events, WRITTEN)
ENTER = Insert(events, ("seq", *WRITTEN))
POSITION = Statement(select(func.max(E.seq)))
FEED = Statement(select(*EVENT).where(E.seq > named("after")).order_by(E.seq).limit(named("n")).offset(0))
OF_TASK = Statement(
    select(*EVENT)
    .where(E.task_id == named("id"), E.seq > named("after"))
    .order_by(E.seq)
    .limit(named("n"))
    .offset(0)
)
NEWEST = Statement(
    select(*EVENT)
    .where(E.task_id == named("id"), E.seq < named("before"))
    .order_by(E.seq.desc())
    .limit(named("n"))
    .offset(0)
)
BY_ID = Statement(select(*EVENT).where(E.id == bindparam("id")))
EMPTY = Statement(update(events).where(E.task_id == named("id")).values(changes=None, text=None))


async def append(connection: Connection, event: Event, task_id: int | None) -> Event:
    """The event of this task with its place in the feed."""
    seq = await connection.insert(ADD, _values(event) | {"task_id": task_id})
    assert seq is not None  # noqa: S101  # only an insert with `unless` may find its row there
    return replace(event, task_id=task_id, seq=seq)


async def enter(connection: Connection, event: Event) -> None:
    """Writes an event that has its place in the feed already."""
    await connection.insert(ENTER, _values(event) | {"seq": event.seq})


def _values(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(event, name) for name in WRITTEN}
    return values | {
        "type": event.type.value,
        "at": micros(event.at),
        "changes": to_json(event.changes),
        "lesson": to_json(event.lesson),
    }


async def position(connection: Connection) -> int:
    """The highest number given out, 0 when there is none."""
    return (await connection.execute(POSITION))[0][0] or 0


async def feed(connection: Connection, after: int, limit: int) -> list[Event]:
    """The events after a number."""
    return _events(await connection.execute(FEED, {"after": after, "n": limit}))


async def of_task(connection: Connection, task_id: int, after: int, limit: int) -> list[Event]:
    """A task's events after a number."""
    return _events(await connection.execute(OF_TASK, {"id": task_id, "after": after, "n": limit}))


async def newest_of_task(connection: Connection, task_id: int, before: int | None, limit: int) -> list[Event]:
    """A task's newest events before a number, newest first."""
    end = ID + 1 if before is None else before
    return _events(await connection.execute(NEWEST, {"id": task_id, "before": end, "n": limit}))


async def by_id(connection: Connection, event_id: str) -> Event | None:
    """One event."""
    found = _events(await connection.execute(BY_ID, {"id": event_id}))
    return found[0] if found else None


async def forget(connection: Connection, task_id: int) -> None:
    """Takes the contents out of all events of a task."""
    await connection.execute(EMPTY, {"id": task_id})


def _events(rows: Sequence[Row]) -> list[Event]:
    return [
        Event(
            id=id_, type=EventType(type_), actor=actor, via=via, at=time(at), task_id=task_id, version=version,
            changes={name: (pair[0], pair[1]) for name, pair in from_json(changes).items()} if changes else {},
            text=text, undoes=undoes, request_id=request_id,
            lesson=from_json(lesson) if lesson else None, seq=seq,
        )
        for seq, id_, type_, actor, via, at, task_id, version, changes, text, undoes, request_id, lesson
        in rows
    ]  # fmt: skip
