"""Undo: an event's changes played backwards, field by field, never over newer work unless the person insists.

It restores task fields, never a claim, a token, an attempt count or a delivery; what would return to
`in_progress` returns to `backlog`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import lessons, limits
from task_assistant.domain.claims import end, told
from task_assistant.domain.errors import NotUndoable, UndoConflict
from task_assistant.domain.history import TRACKED, Event, EventType, changes
from task_assistant.domain.lifecycle import Command, check_role
from task_assistant.domain.moves import closing, reset
from task_assistant.domain.parking import has_way_out, unexplained
from task_assistant.domain.plain import from_plain, to_plain
from task_assistant.domain.records import Record, RecordKind, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Status, Task

NEVER = frozenset({"claim", "reminder_last_sent_at"})
IN_FILE: dict[str, tuple[RecordKind, str]] = {
    "feedback": ("feedback", "n"),
    "comment": ("comment", "id"),
    "answer": ("question", "id"),
}


def undo(
    task: Task, event: Event, later: Sequence[Event], caller: Caller, *, force: bool, now: datetime
) -> list[Step]:
    """The steps that take the event back. `later` are the task's events after it, for naming what stands in the way.

    Raises RoleForbidden, NotUndoable (with why) or UndoConflict (naming fields and later events).
    """
    check_role(Command.UNDO, caller.role)
    if event.type is EventType.CREATED:
        return _uncreate(task, event, later, force=force, now=now)
    fields, entries = _restorable(event)
    _check_possible(task, event, fields, entries, now)
    newer = in_the_way(task, event)
    if newer and not force:
        raise UndoConflict(event.id, newer, _naming(later, newer))
    return [_back(task, event, fields, entries, caller, now)]


def possible(task: Task, event: Event, now: datetime) -> bool:
    """Whether `undo` would take the event back, if need be by force."""
    if event.type is EventType.CREATED:
        return task.deleted_at is None
    try:
        _check_possible(task, event, *_restorable(event), now)
    except NotUndoable:
        return False
    return True


def in_the_way(task: Task, event: Event) -> tuple[str, ...]:
    """The fields (wire names) that have changed since the event: restoring them needs `force`."""
    fields, _ = _restorable(event)
    newer = tuple(
        name for name, (_, after) in fields.items() if to_plain(getattr(task, TRACKED[name])) != after
    )
    return (*newer, "claim") if _took_claim(event) and not _same_claim(task, event) else newer


def _restorable(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the event's changes are fields of the task, and what are entries of its file."""
    fields = {name: pair for name, pair in event.changes.items() if name in TRACKED and name not in NEVER}
    return fields, {name: pair for name, pair in event.changes.items() if name in IN_FILE}


def _took_claim(event: Event) -> bool:
    """A claim began with the event; what the holder did later (progress, resume) is nothing to take back."""
    return "claim" in event.changes and event.changes["claim"][0] is None


def _same_claim(task: Task, event: Event) -> bool:
    """False when somebody claimed the task anew since; an ended claim stands in nobody's way."""
    now_there, then = to_plain(task.claim), event.changes["claim"][1]
    return now_there is None or all(now_there[name] == then[name] for name in ("agent", "claimed_at"))


def _check_possible(
    task: Task, event: Event, fields: dict[str, Any], entries: dict[str, Any], now: datetime
) -> None:
    if not fields and not entries and not _took_claim(event):
        raise NotUndoable(event.id, f"a {event.type} event changed nothing that can be put back")
    if task.purged:
        raise NotUndoable(event.id, "the task was purged")
    if event.type is EventType.DELETED and now > event.at + timedelta(days=limits.UNDELETE_DAYS):
        raise NotUndoable(event.id, f"the task was deleted more than {limits.UNDELETE_DAYS} days ago")


def _back(
    task: Task, event: Event, fields: dict[str, Any], entries: dict[str, Any], caller: Caller, now: datetime
) -> Step:
    restored = {TRACKED[name]: from_plain(name, before) for name, (before, _) in fields.items()}
    if restored.get("status") is Status.IN_PROGRESS:
        restored["status"] = Status.BACKLOG
    after, records = _settled(task, task.having(**restored), event, now)
    if "feedback" in entries:
        after = after.having(sent_back=entries["feedback"][0] is not None)
    put_back = tuple(_entry(name, pair) for name, pair in entries.items())
    after, question = _question(after, "question" in fields, caller, now)
    extra = {name: (now_there, before) for name, (before, now_there) in entries.items()}
    return Step(
        after, EventType.UNDONE, None, (*records, *put_back, *question),
        extra=extra, undoes=event.id, lesson=lessons.taken_back(event.lesson),
    )  # fmt: skip


def _settled(task: Task, after: Task, event: Event, now: datetime) -> tuple[Task, tuple[Record, ...]]:
    """Ends the claim where a move would, else tells its holder; `completed_at` goes with the status."""
    records: tuple[Record, ...] = ()
    hidden = after.private and not task.private
    if hidden or _took_claim(event) or {"status", "assignee", "deleted_at"} & event.changes.keys():
        after, records = end(reset(after), "undone", now)
        if after.status is Status.IN_PROGRESS:
            after = after.having(status=Status.BACKLOG)
    after = told(after, changed=tuple(changes(task, after)))
    return closing(after, after.status, now), records


def _question(task: Task, restored: bool, caller: Caller, now: datetime) -> tuple[Task, tuple[Record, ...]]:
    """A question that came back is open in the file, too; a task that is blocked again gets one if it has none."""
    if not has_way_out(task):
        task, record = unexplained(task, caller.actor, now)
        return task, (record,)
    if restored and task.question is not None:
        return task, (Record("question", task.question.id, to_plain(task.question)),)
    return task, ()


def _entry(name: str, pair: tuple[Any, Any]) -> Record:
    kind, number = IN_FILE[name]
    before, after = pair
    if name == "answer" and after is not None:
        before = {**after, "answer": None, "answered_at": None}
    return Record(kind, (after or before)[number], before)


def _uncreate(task: Task, event: Event, later: Sequence[Event], *, force: bool, now: datetime) -> list[Step]:
    if task.deleted_at is not None:
        raise NotUndoable(event.id, "the task is deleted already")
    if later and not force:
        raise UndoConflict(event.id, ("task",), _naming(later, ()))
    free, records = end(reset(task), "undone", now)
    resting = Status.BACKLOG if free.status is Status.IN_PROGRESS else free.status
    gone = free.having(deleted_at=now, status=resting)
    back = lessons.taken_back(event.lesson)
    return [Step(gone, EventType.UNDONE, None, records, undoes=event.id, lesson=back)]


def _naming(later: Sequence[Event], fields: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    named = [e for e in later if not fields or set(fields) & e.changes.keys()]
    return tuple({"id": e.id, "type": e.type.value, "actor": e.actor, "at": to_plain(e.at)} for e in named)
