"""History as the task page shows it: who did what, when, what changed word by word, and how it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from task_assistant.domain import undo
from task_assistant.domain.history import TRACKED, Event, EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.task import Task
from task_assistant.web import moments, task_diff
from task_assistant.web.moments import Moment
from task_assistant.web.rows import short
from task_assistant.web.task_diff import Stretch
from task_assistant.web.task_words import LABELS, Reader, did, kind_of_actor, value, who

TEXTS = frozenset({"title", "description", "source_context", "source_name"})
# Where the status is the point of the change; every other kind of event says by its name where it led.
TELLS_STATUS = frozenset({EventType.EDITED, EventType.UNDONE})
THROUGH = {"api": "through the API", "cli": "on the command line", "mcp": "by MCP"}
# Told by the sentence itself, or by a part of the page of its own.
NOT_LISTED = frozenset(
    {"claim", "question", "result", "proposal", "comment", "feedback", "answer", "completed_at"}
)
SHOWN = 120  # characters of a value in a line
SAID = 600  # characters of what was said with it


@dataclass(frozen=True, slots=True)
class Change:
    """One field: before (empty for a new task) and after in words, or for texts the stretches that changed."""

    label: str
    before: str
    after: str
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Overwritten:
    """What an undo would overwrite: the field, what it says now, and what it would say again."""

    label: str
    now: str
    again: str


@dataclass(frozen=True, slots=True)
class Undo:
    """How an entry can be taken back; `overwrites` is empty unless newer work stands in the way.

    `later` are the sentences of later entries that changed the same fields.
    """

    event_id: str
    overwrites: tuple[Overwritten, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history."""

    id: str
    seq: int
    actor: str
    who: str
    did: str
    when: Moment
    through: str
    said: str
    changes: tuple[Change, ...]
    undo: Undo | None


def entries(task: Task, events: Sequence[Event], reader: Reader) -> tuple[Entry, ...]:
    """The lines for these events, which are newest first."""
    undone = {event.undoes for event in events if event.undoes}
    return tuple(_entry(task, events, n, reader, events[n].id in undone) for n in range(len(events)))


def _entry(task: Task, events: Sequence[Event], n: int, reader: Reader, undone: bool) -> Entry:
    event = events[n]
    return Entry(
        id=event.id,
        seq=event.seq,
        actor=kind_of_actor(event.actor),
        who=who(event.actor),
        did=_did(event, events),
        when=moments.past(event.at, reader.now, reader.zone),
        through=THROUGH.get(event.via, "") if event.actor == "human" else "",
        said=short(event.text, SAID) if event.text else "",
        changes=_changes(event, reader),
        undo=None if undone else _undo(task, event, events[:n], reader),
    )


def _did(event: Event, events: Sequence[Event]) -> str:
    if event.type is not EventType.UNDONE:
        return did(event)
    taken_back = next((other for other in events if other.id == event.undoes), None)
    return f"undid: {who(taken_back.actor)} {did(taken_back)}" if taken_back else did(event)


def _changes(event: Event, reader: Reader) -> tuple[Change, ...]:
    hidden = NOT_LISTED if event.type in TELLS_STATUS else NOT_LISTED | {"status"}
    told = (pair for pair in event.changes.items() if pair[0] in LABELS and pair[0] not in hidden)
    made = tuple(change(name, before, after, reader) for name, (before, after) in told)
    return tuple(replace(each, before="") for each in made) if event.type is EventType.CREATED else made


def change(name: str, before: Any, after: Any, reader: Reader) -> Change:
    """One field's change in words; of a text that was there before, the words that changed."""
    old, new = (short(value(name, plain, reader), SHOWN) for plain in (before, after))
    both = name in TEXTS and isinstance(before, str) and isinstance(after, str)
    return Change(LABELS[name], old, new, task_diff.words(before, after) if both else ())


def _undo(task: Task, event: Event, later: Sequence[Event], reader: Reader) -> Undo | None:
    if not undo.possible(task, event, reader.now):
        return None
    if event.type is EventType.CREATED:  # deletes the task, which has a button of its own
        return None
    newer = undo.in_the_way(task, event)
    overwrites = tuple(_overwritten(task, event, name, reader) for name in newer)
    named = [e for e in later if set(newer) & e.changes.keys()]
    return Undo(event.id, overwrites, tuple(f"{who(e.actor)} {did(e)}" for e in named))


def _overwritten(task: Task, event: Event, name: str, reader: Reader) -> Overwritten:
    now, again = to_plain(getattr(task, TRACKED[name])), event.changes[name][0]
    return Overwritten(
        LABELS.get(name, name),
        short(value(name, now, reader), SHOWN),
        short(value(name, again, reader), SHOWN),
    )
