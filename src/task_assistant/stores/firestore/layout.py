"""A task as a document: its body as one value that no index looks into, and beside it what our queries ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from task_assistant.domain.calendar import dated_at
from task_assistant.domain.lanes import changes_by_itself_at
from task_assistant.domain.ordering import EPOCH, OWNERS, micros
from task_assistant.domain.ranking import base_score
from task_assistant.domain.reminders import remind_at
from task_assistant.domain.search import searchable, words
from task_assistant.domain.task import Task
from task_assistant.stores.firestore import contents
from task_assistant.stores.firestore.batch import Stamp
from task_assistant.stores.firestore.gateway import Row
from task_assistant.stores.firestore.lists import broad_lists, narrow_lists, offered_lists

TASKS: Final = "tasks"
WORDS_KEPT: Final = 1_000  # different words of one task that search can find it by
WORD_LENGTH: Final = (
    60  # of a longer word only its beginning is looked up; the rest is compared after reading
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A task as it is in the database: who has ever held it, when it was written, and its newest event's mark."""

    task: Task
    workers: tuple[str, ...]
    written_at: datetime
    told: int
    seen: Stamp


def time(stored: int) -> datetime:
    """The time of this many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=stored)


def _stored(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def of_row(row: Row) -> Stored:
    """What a row of the tasks says."""
    f = row.fields
    return Stored(
        contents.task(f["body"]), tuple(f.get("workers", ())), time(f["written_at"]), f["told"], row.seen
    )


def fields(task: Task, workers: tuple[str, ...], written_at: datetime, told: int) -> dict[str, Any]:
    """The whole document. Derived fields are those of the time at which the task was written."""
    live, claim = task.active, task.claim
    return {
        "body": contents.packed(task),
        "revision": task.revision,
        "written_at": micros(written_at),
        "told": told,
        "workers": list(workers),
        "depends_on": list(task.depends_on),
        "narrow": narrow_lists(task, workers, written_at),
        "broad": broad_lists(task, written_at),
        "offered": offered_lists(task, written_at),
        "words": search_words(task),
        "base": base_score(task, written_at),
        "due_at": micros(task.due_at),
        "created_at": micros(task.created_at),
        "updated_at": micros(task.updated_at),
        "priority": task.priority,
        "owner": OWNERS.index(task.assignee),
        "live_due_at": micros(task.due_at) if live else None,
        "deferral_ends_at": _stored(task.deferred_until) if live else None,
        "lease_ends_at": micros(claim.expires_at) if live and claim else None,
        "wakes_at": _stored(changes_by_itself_at(task, written_at)),
        "woke_at": _stored(_woke_at(task, written_at)),
        "remind_at": _stored(remind_at(task)),
        "dated_at": _stored(dated_at(task)),
    }


def search_words(task: Task) -> list[str]:
    """The different words by which search looks the task up, title first; none for a deleted task."""
    if task.deleted_at is not None:
        return []
    found = dict.fromkeys(word[:WORD_LENGTH] for word in words(searchable(task)))
    return list(found)[:WORDS_KEPT]


def _woke_at(task: Task, now: datetime) -> datetime | None:
    """The last time at or before `now` at which lane or claim of an active task changed by themselves."""
    if not task.active:
        return None
    ends = (task.claim.expires_at if task.claim else None, task.deferred_until)
    return max((at for at in ends if at is not None and at <= now), default=None)
