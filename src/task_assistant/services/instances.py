"""One open instance of a recurring task at a time: the next one comes, or goes again, in the commit that closes one.

A small document remembers which task came after which, so that reopening the earlier one takes back the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from task_assistant.domain.following import closed_by, next_instance, reopened_by, untouched
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM, Caller
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document
from task_assistant.ports.store import Store, Write

NEXT = "next_instance"
Told = Callable[[Caller, Task | None, Sequence[Step]], Write]  # how steps become a write, with their events


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


async def with_next(
    store: Store, now: datetime, told: Told, writes: Sequence[Write]
) -> tuple[list[Write], list[Document]]:
    """The writes with the instances that come or go because of them, after them, and what is remembered of it."""
    found, documents = list(writes), []
    for n, write in enumerate(writes):
        if write.expected is None or write.task.recurrence is None:
            continue
        changes = [event.changes.get("status", (None, None)) for event in write.events]
        if any(closed_by(*change) for change in changes) and not write.task.active:
            coming = next_instance(write.task, zone(write.task.recurrence.zone), now)
            if coming is not None and write.task.deleted_at is None:
                documents.append(Document(NEXT, str(write.task.id), {}, tasks=(-(len(found) + 1),)))
                found.append(_coming(told, coming, write.task.id))
        elif any(reopened_by(*change) for change in changes) and write.task.active:
            found[n], gone, forgotten = await _taken_back(store, now, told, write)
            found += gone
            documents += forgotten
    return found, documents


def _coming(told: Told, task: Task, after: int) -> Write:
    step = Step(task, EventType.CREATED, f"comes after #{after}", actor=SYSTEM.actor)
    return told(SYSTEM, None, [step])


async def _taken_back(
    store: Store, now: datetime, told: Told, write: Write
) -> tuple[Write, list[Write], list[Document]]:
    """A reopened task, and what becomes of the instance after it.

    One to which nothing has happened goes. Otherwise it stays, the series goes on with it, and the reopened task is an
    ordinary one from now on: two open instances there are never.
    """
    known = await store.document(NEXT, str(write.task.id), now)
    there = await store.get(known.tasks[0]) if known is not None and known.tasks else None
    forgotten = [Document(NEXT, str(write.task.id), None)] if known is not None else []
    if there is None or there.deleted_at is not None:
        return write, [], forgotten
    if not untouched(there):
        return _ordinary(write), [], forgotten
    gone = there.having(deleted_at=now)
    step = Step(gone, EventType.DELETED, f"#{write.task.id} is open again", actor=SYSTEM.actor)
    return write, [told(SYSTEM, there, [step])], forgotten


def _ordinary(write: Write) -> Write:
    *before, last = write.events
    changes = {**last.changes, "recurrence": (to_plain(write.task.recurrence), None)}
    return replace(
        write, task=write.task.having(recurrence=None), events=(*before, replace(last, changes=changes))
    )
