"""Small builders for what tests talk about: a time, a clock, tasks, claims, events, callers, commits."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.records import Record
from task_assistant.domain.recurrence import Recurrence
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import (
    ArtifactInfo,
    Assessment,
    Claim,
    Declined,
    Message,
    Owner,
    Proposal,
    Question,
    QuestionKind,
    Reason,
    Result,
    ReviewNeed,
    Status,
    Task,
)
from task_assistant.domain.visibility import Sight
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, Write

NOW = datetime(2026, 5, 7, 9, 0, tzinfo=UTC)
EVERYTHING = Sight(private=True)
MICROSECOND = timedelta(microseconds=1)
_numbers = itertools.count(1)


def later(at: datetime = NOW, **delta: float) -> datetime:
    """`later(hours=3)` is three hours after NOW; negative amounts lie before it."""
    return at + timedelta(**delta)


class FixedClock:
    """A clock that goes only when told."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


class CountingSecrets:
    """Tokens and ids that count up: unique, in order, and the same in every run."""

    def __init__(self) -> None:
        self.count = itertools.count(1)

    def token(self) -> str:
        return f"token-{next(self.count)}"

    def event_id(self, now: datetime) -> str:
        return f"event-{next(self.count):06d}"

    def derive(self, purpose: str, *parts: object) -> str:
        return ":".join((purpose, *map(str, parts)))

    def seal(self, purpose: str, text: str) -> str:
        return f"{purpose}:{text.encode().hex()}"

    def unseal(self, purpose: str, sealed: str) -> str:
        kind, _, text = sealed.partition(":")
        if kind != purpose:
            raise ValueError("sealed for another purpose")
        return bytes.fromhex(text).decode()


# -- tasks -------------------------------------------------------------------------------------------------------------


def task(title: str = "Send Alice revised numbers", **fields: Any) -> Task:
    """A captured task as of NOW; any field can be given."""
    made = fields.get("created_at", NOW)
    return Task(
        **{"id": 0, "title": title, "created_at": made, "updated_at": made, "created_by": "human", **fields}
    )


def agent_task(title: str = "Draft the release notes", **fields: Any) -> Task:
    """A task in lane `agent`."""
    return task(title, **{"assignee": Owner.CODEX, **fields})


def claim(agent: str = "alpha", at: datetime = NOW, lease: int = 1800, **fields: Any) -> Claim:
    """A claim taken at `at` for `lease` seconds."""
    usual: dict[str, Any] = {"attempt": 1, "serial": 1, "token_hash": f"hash of {agent}"}
    return Claim(
        agent=agent,
        claimed_at=at,
        expires_at=later(at, seconds=lease),
        lease_seconds=lease,
        **{**usual, **fields},
    )


def claimed_task(agent: str = "alpha", at: datetime = NOW, lease: int = 1800, **fields: Any) -> Task:
    """A task that an agent holds."""
    held = claim(agent, at, lease)
    return agent_task(**{"status": Status.IN_PROGRESS, "claim": held, "numbers": {"claim": 1}, **fields})


def question(text: str = "Which version number?", **fields: Any) -> Question:
    """An open question of agent alpha."""
    usual: dict[str, Any] = {
        "id": 1,
        "kind": QuestionKind.DECISION,
        "asked_by": "agent:alpha",
        "asked_at": NOW,
    }
    return Question(text=text, **{**usual, **fields})


def result(summary: str = "Drafted it.", **fields: Any) -> Result:
    """The first result of agent alpha."""
    return Result(
        summary=summary, **{"round": 1, "submitted_by": "agent:alpha", "submitted_at": NOW, **fields}
    )


def assessment(by: str, at: datetime, **fields: Any) -> Assessment:
    """A judgement with every field away from what is empty."""
    every: dict[str, Any] = {
        "suggested_assignee": Owner.CODEX, "agent_probability": 0.83, "missing": ("information",),
        "review": ReviewNeed.REQUIRED, "next_action": "Hand to an agent", "question": "Which?",
        "reasons": (Reason("writing", "Draft", 1.4),), "assessed_by": by, "assessed_at": at,
    }  # fmt: skip
    return Assessment(**{**every, **fields})


def full_task(**fields: Any) -> Task:
    """A task with every field away from its default (a test sees to that), times exact to the microsecond."""
    at = [later(minutes=n, microseconds=n) for n in range(20)]
    held = claim(
        "alpha", at[1], note="halfway", session="s-1", usage={"cost": "0.12"}, scoped_key_hash="scoped", attempt=2,
        serial=3, changed=("title",), messages=(Message(1, "Use 1.0", at[2]),),
    )  # fmt: skip
    asked = question(
        options=("1.0", "0.9"),
        recommendation="1.0",
        answer="1.0",
        answered_at=at[3],
        until=at[4],
        about="parked",
    )
    handed_back = result(
        links=("https://example.com/a",), refs=("repo@branch",), evidence="All green", not_done="Nothing",
        artifacts=(ArtifactInfo(1, "change.diff", "text/x-diff", 12),), usage={"input_tokens": 5, "model": "m"},
    )  # fmt: skip
    every: dict[str, Any] = {
        "updated_at": at[5], "description": "With the Q2 figures", "status": Status.IN_PROGRESS,
        "assignee": Owner.CODEX, "agent": "alpha", "origin": "email", "priority": 2, "due": at[6], "reminder_at": at[7],
        "reminder_last_sent_at": at[8], "source_name": "Gmail", "source_url": "https://mail.google.com/1",
        "source_context": "Alice asked.", "source_state": "open", "external_id": "mail-1", "labels": ("work", "Übung"),
        "deferred_until": at[9], "review": ReviewNeed.OPTIONAL, "private": True, "claim": held, "question": asked,
        "result": handed_back,
        "proposal": Proposal("adapter:mail", Owner.CODEX, ReviewNeed.OPTIONAL, assessment("agent:beta", at[12])),
        "assessment": assessment("builtin", at[13], model="prior+10"),
        "recurrence": Recurrence("FREQ=WEEKLY;BYDAY=FR", "Europe/Zurich", at[14], after_done=True), "version": 4,
        "completed_at": at[10], "failures": 1, "rounds": 2, "sent_back": True, "numbers": {"claim": 3, "comment": 7},
        "declined": Declined("beta", at[11], 3), "ingested": {"title": "abc"},
    }  # fmt: skip
    return task(created_by="adapter:mail", **{**every, **fields})


# -- callers -----------------------------------------------------------------------------------------------------------


def caller(role: Role, name: str, **limits: Any) -> Caller:
    """Somebody with a key of this role."""
    return Caller(role, name, f"key:{name}", **limits)


def owner(**limits: Any) -> Caller:
    """The person."""
    return caller(Role.OWNER, "owner", **limits)


def agent(name: str = "alpha", **limits: Any) -> Caller:
    """An agent's key."""
    return caller(Role.AGENT, name, **limits)


def adapter(name: str = "mail", **limits: Any) -> Caller:
    """An adapter's key."""
    return caller(Role.ADAPTER, name, **limits)


def reader(name: str = "wall", **limits: Any) -> Caller:
    """A key that only reads."""
    return caller(Role.READER, name, **limits)


# -- commits -----------------------------------------------------------------------------------------------------------


def event(kind: EventType = EventType.EDITED, **fields: Any) -> Event:
    """An event with an id of its own."""
    return Event(
        **{"id": f"e{next(_numbers):08d}", "type": kind, "actor": "human", "via": "api", "at": NOW, **fields}
    )


def insert(new: Task, *records: Record, events: tuple[Event, ...] | None = None) -> Write:
    """A write that inserts the task, with an event that tells it."""
    told = (event(EventType.CREATED, at=new.created_at, version=new.version),) if events is None else events
    return Write(new, None, told, records)


def update(before: Task, *records: Record, events: tuple[Event, ...] | None = None, **fields: Any) -> Write:
    """A write that changes these fields of a task as it was read, with an event that tells it."""
    told = (event(task_id=before.id, version=before.version),) if events is None else events
    return Write(before.having(**fields), before.revision, told, records)


def changes(*writes: Write, now: datetime = NOW, **more: Any) -> ChangeSet:
    """One commit at `now`."""
    return ChangeSet(now, writes, **more)


def document(
    key: str = "one", data: dict[str, Any] | None = None, kind: str = "source", **fields: Any
) -> Document:
    """A document of kind `source` that says its key, unless other data is given."""
    return Document(kind, key, {"says": key} if data is None else data, **fields)
