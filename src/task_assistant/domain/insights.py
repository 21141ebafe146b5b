"""What the events say in numbers: one event and what is known of its task → what is counted, and what is known now.

Pure, so that the numbers can be made again from the feed at any time and are the same. Nothing that is kept holds words
of anybody: stages, times, owners, agents' names and origins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from task_assistant.domain.due_dates import estimate
from task_assistant.domain.history import Event, EventType
from task_assistant.domain.lessons import CHOSEN, TAKEN_OVER
from task_assistant.domain.task import CLOSED, Owner, QuestionKind, Status
from task_assistant.domain.times import from_text


class Stage(StrEnum):
    """What an open task waits for. Like a lane, but told from events alone: a deferral or dependency makes no stage."""

    TRIAGE = "triage"
    HUMAN = "human"
    READY = "ready"
    WORKING = "working"
    REVIEW = "review"
    ASKED = "asked"
    OUTSIDE = "outside"


# On whom each stage waits.
ON = {
    Stage.TRIAGE: "person", Stage.HUMAN: "person", Stage.REVIEW: "person", Stage.ASKED: "person",
    Stage.READY: "agents", Stage.WORKING: "agents", Stage.OUTSIDE: "others",
}  # fmt: skip
# Durations are counted in these classes, which add up; a median is told as the class in which it lies. In seconds.
CLASSES = (60, 300, 900, 3_600, 14_400, 86_400, 259_200, 604_800, 1_209_600, 2_592_000)
ROUTING = (CHOSEN, TAKEN_OVER)  # the weights of lessons that are a choice of owner


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a task: numbers, times and enums only. `stage` None: closed or deleted.

    `by` is the agent of the last result, `rounds` how many results there were.
    """

    created_at: datetime
    since: datetime
    stage: Stage | None
    status: Status = Status.BACKLOG
    owner: Owner = Owner.UNASSIGNED
    kind: QuestionKind | None = None
    priority: int = 3
    due: datetime | None = None
    origin: str = "manual"
    private: bool = False
    deleted: bool = False
    by: str = ""
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """One number that goes up (or down) on the day of the event: `what`, of `whom` ("" when it is of no one)."""

    what: str
    whom: str = ""
    n: int = 1


def follow(known: Known | None, event: Event) -> tuple[Known | None, list[Count]]:
    """What is known of the task after the event, and what the event counts for.

    A task of which nothing is known (its memory has run out) only counts by what the event itself says.
    """
    counts = list(_routing(event))
    if event.type is EventType.CREATED:
        known = Known(event.at, event.at, None)
        counts.append(Count("created"))
    if known is None:
        return None, counts
    after = _after(known, event)
    return after, [*counts, *_moved(known, after, event)]


def _after(known: Known, event: Event) -> Known:
    new = {name: pair[1] for name, pair in event.changes.items()}
    after = replace(known, **{field: read(new[name]) for name, (field, read) in _READ.items() if name in new})
    result = new.get("result")
    if event.type is EventType.SUBMITTED and isinstance(result, dict):
        by = str(result["submitted_by"]).removeprefix("agent:")
        after = replace(after, by=by, rounds=known.rounds + 1)
    if event.type in (EventType.DELETED, EventType.PURGED):
        after = replace(after, deleted=True)
    stage = _stage(after)
    return replace(after, stage=stage, since=known.since if stage is known.stage else event.at)


def _kind(question: Any) -> QuestionKind | None:
    return QuestionKind(question["kind"]) if isinstance(question, dict) else None


# How the changes that an event tells (wire names) become what is known.
_READ: dict[str, tuple[str, Any]] = {
    "status": ("status", Status),
    "assignee": ("owner", Owner),
    "question": ("kind", _kind),
    "priority": ("priority", int),
    "due_at": ("due", lambda text: None if text is None else from_text(text)),
    "origin": ("origin", str),
    "private": ("private", bool),
    "deleted_at": ("deleted", lambda at: at is not None),
}
_BY_OWNER = {Owner.ME: Stage.HUMAN, Owner.CODEX: Stage.READY, Owner.UNASSIGNED: Stage.TRIAGE}


def _stage(known: Known) -> Stage | None:
    if known.deleted or known.status in CLOSED:
        return None
    if known.status is Status.WAITING_REVIEW:
        return Stage.REVIEW
    if known.status is Status.BLOCKED:
        return Stage.OUTSIDE if known.kind is QuestionKind.EXTERNAL else Stage.ASKED
    if known.status is Status.IN_PROGRESS and known.owner is Owner.CODEX:
        return Stage.WORKING
    return _BY_OWNER[known.owner]


def _routing(event: Event) -> Iterator[Count]:
    """A decision about an owner, against what was suggested; an undo takes it back."""
    said = event.lesson
    if said is None or not said.get("seen") or said.get("weight") not in ROUTING:
        return
    undone = bool(said.get("undone"))
    agent = bool(said["agent"]) is not undone
    right = {Owner.CODEX.value: agent, Owner.ME.value: not agent}.get(said.get("suggested") or "")
    word = {True: "right", False: "wrong", None: "open"}[right]
    yield Count("routed", word, -1 if undone else 1)


def _moved(before: Known, after: Known, event: Event) -> Iterator[Count]:
    if event.type is EventType.CREATED:
        yield Count("from", after.origin)
        if after.stage is None and not after.deleted:
            yield from _closed(after, event)
    if after.owner is not before.owner and after.owner is not Owner.UNASSIGNED:
        yield Count("given", after.owner.value)
    if after.by:
        yield from _reviewed(after, event)
    if before.stage is not after.stage:
        yield from _left(before, after, event)


def _reviewed(after: Known, event: Event) -> Iterator[Count]:
    if event.type is EventType.APPROVED:
        yield Count("approved", after.by)
        yield Count("rounds", str(min(after.rounds, 5)))
    if event.type is EventType.SENT_BACK:
        yield Count("sent_back", after.by)


def _left(before: Known, after: Known, event: Event) -> Iterator[Count]:
    if before.stage is not None:
        yield from waited(f"stage:{before.stage}", event.at - before.since)
    if after.stage is None and not after.deleted:
        yield from _closed(after, event)
    if before.stage is None and event.type is not EventType.CREATED:
        yield Count("reopened")


def _closed(after: Known, event: Event) -> Iterator[Count]:
    yield Count(after.status.value)
    if after.status is not Status.DONE:
        return
    yield Count("done_from", after.origin)
    yield Count("done_by", "agents" if after.rounds else "person")
    if event.type is EventType.SUBMITTED:
        yield Count("unreviewed", after.by)
    if after.due is not None:
        yield Count("deadline", "met" if event.at <= after.due else "late")
        return
    foreseen = estimate(after.created_at, after.priority)
    yield Count("estimate", f"P{after.priority} {'met' if event.at <= foreseen else 'late'}")
    yield from waited(f"priority:P{after.priority}", event.at - after.created_at)


def waited(what: str, length: timedelta) -> Iterator[Count]:
    """A duration: how many there are, their sum in seconds, and its class."""
    seconds = max(0, int(length.total_seconds()))
    yield Count(what, "n")
    yield Count(what, "seconds", seconds)
    yield Count(what, f"within {next((most for most in CLASSES if seconds <= most), 0)}")
