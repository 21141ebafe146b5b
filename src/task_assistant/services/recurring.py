"""One open instance of a recurring task at a time: the next one comes, or goes again, in the commit that closes one.

A small document remembers which task came after which, so that reopening the earlier one takes back the later one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from task_assistant.domain.following import begin, closed_by, next_instance, reopened_by, untouched
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Step
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.roles import SYSTEM
from task_assistant.domain.task import Task
from task_assistant.ports.store import Document, Write

if TYPE_CHECKING:
    from task_assistant.services.desk import Desk

NEXT = "next_instance"
PREFERENCES = (
    "preferences"  # as services.preferences keeps them, which stands on the desk as this stands under it
)


async def settled(desk: Desk, fields: dict[str, Any], task: Task | None = None) -> dict[str, Any]:
    """The fields with a wished recurrence made whole: in the person's zone, with a deadline to begin from.

    Raises InvalidFields.
    """
    wish = fields.get("recurrence")
    if not isinstance(wish, Wish):
        return fields
    name = wish.zone or await _zone_of_person(desk)
    due = fields.get("due", task.due if task is not None else None)
    series = begin(wish, name, zone(name), due, desk.now())
    return {**fields, "recurrence": series, "due": due or series.starts_at}


async def _zone_of_person(desk: Desk) -> str:
    chosen = await desk.store.document(PREFERENCES, "zone", desk.now())
    return str((chosen.data or {}).get("value") or "UTC") if chosen is not None else "UTC"


def zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


async def with_next(desk: Desk, writes: Sequence[Write]) -> tuple[list[Write], list[Document]]:
    """The writes with the instances that come or go because of them, after them, and what is remembered of it."""
    found, documents = list(writes), []
    for n, write in enumerate(writes):
        if write.expected is None or write.task.recurrence is None:
            continue
        changes = [event.changes.get("status", (None, None)) for event in write.events]
        if any(closed_by(*change) for change in changes) and not write.task.active:
            coming = next_instance(write.task, zone(write.task.recurrence.zone), desk.now())
            if coming is not None and write.task.deleted_at is None:
                documents.append(Document(NEXT, str(write.task.id), {}, tasks=(-(len(found) + 1),)))
                found.append(_coming(desk, coming, write.task.id))
        elif any(reopened_by(*change) for change in changes) and write.task.active:
            found[n], gone, forgotten = await _taken_back(desk, write)
            found += gone
            documents += forgotten
    return found, documents


def _coming(desk: Desk, task: Task, after: int) -> Write:
    step = Step(task, EventType.CREATED, f"comes after #{after}", actor=SYSTEM.actor)
    return desk.write(SYSTEM, None, [step])


async def _taken_back(desk: Desk, write: Write) -> tuple[Write, list[Write], list[Document]]:
    """A reopened task, and what becomes of the instance after it.

    One to which nothing has happened goes. Otherwise it stays, the series goes on with it, and the reopened task is an
    ordinary one from now on: two open instances there are never.
    """
    known = await desk.store.document(NEXT, str(write.task.id), desk.now())
    there = await desk.store.get(known.tasks[0]) if known is not None and known.tasks else None
    forgotten = [Document(NEXT, str(write.task.id), None)] if known is not None else []
    if there is None or there.deleted_at is not None:
        return write, [], forgotten
    if not untouched(there):
        return _ordinary(write), [], forgotten
    gone = there.having(deleted_at=desk.now())
    step = Step(gone, EventType.DELETED, f"#{write.task.id} is open again", actor=SYSTEM.actor)
    return write, [desk.write(SYSTEM, there, [step])], forgotten


def _ordinary(write: Write) -> Write:
    *before, last = write.events
    told = {**last.changes, "recurrence": (to_plain(write.task.recurrence), None)}
    return replace(
        write, task=write.task.having(recurrence=None), events=(*before, replace(last, changes=told))
    )
