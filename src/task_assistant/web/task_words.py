"""The fields of a task, their values and what was done to it, in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.task import Owner, QuestionKind, ReviewNeed, Status
from task_assistant.domain.times import from_text
from task_assistant.web import moments
from task_assistant.web.owner_label import agents, agents_first
from task_assistant.web.rows import person

NOTHING = "nothing"
STATUS = {
    Status.BACKLOG: "Backlog",
    Status.IN_PROGRESS: "In progress",
    Status.WAITING_REVIEW: "Waiting for review",
    Status.BLOCKED: "Blocked",
    Status.DONE: "Done",
    Status.CANCELLED: "Cancelled",
}
REVIEW = {ReviewNeed.REQUIRED: "Waits for you", ReviewNeed.OPTIONAL: "Closes by itself"}
KIND = {
    QuestionKind.DECISION: "a decision",
    QuestionKind.CREDENTIAL: "access",
    QuestionKind.INFORMATION: "information",
    QuestionKind.APPROVAL: "your approval",
    QuestionKind.EXTERNAL: "something outside",
}
LABELS = {
    "title": "Title",
    "description": "Text",
    "status": "Status",
    "assignee": "Owner",
    "agent": "Agent",
    "origin": "Origin",
    "priority": "Priority",
    "due_at": "Due",
    "reminder_at": "Reminder",
    "source_name": "Source",
    "source_url": "Source link",
    "source_context": "Source text",
    "source_state": "State at the source",
    "external_id": "Id at the source",
    "labels": "Labels",
    "depends_on": "Waits for",
    "deferred_until": "Deferred until",
    "recurrence": "Comes again",
    "review": "Review",
    "private": "Private",
    "claim": "Claim",
    "question": "Question",
    "result": "Result",
    "deleted_at": "Deleted",
}
TIMES = frozenset({"due_at", "reminder_at", "deferred_until", "deleted_at"})
OUTCOMES = {
    "asked": "asked a question",
    "submitted": "handed back a result",
    "handoff": "handed over",
    "failed": "gave up",
    "declined": "declined it",
    "expired": "went silent, the lease ran out",
    "done": "ended, you closed the task",
    "cancelled": "ended, the task was cancelled",
    "reassigned": "ended, the task got another owner",
    "moved": "ended, you took the task back",
    "deferred": "ended, the task was deferred",
    "blocked": "ended, the task was blocked",
    "deleted": "ended, the task was deleted",
    "undone": "ended by an undo",
    "source_closed": "ended, closed at its source",
}
DID: dict[EventType, str] = {
    EventType.CREATED: "captured it",
    EventType.EDITED: "edited it",
    EventType.UPDATED_FROM_SOURCE: "updated it from its source",
    EventType.SOURCE_CLOSED: "reported it closed at its source",
    EventType.ASSIGNED: "gave it to somebody else",
    EventType.DEFERRED: "deferred it",
    EventType.BLOCKED: "blocked it",
    EventType.ANSWERED: "answered",
    EventType.APPROVED: "approved the result",
    EventType.SENT_BACK: "sent it back",
    EventType.COMPLETED: "marked it done",
    EventType.CANCELLED: "cancelled it",
    EventType.REOPENED: "reopened it",
    EventType.DELETED: "deleted it",
    EventType.PURGED: "purged it",
    EventType.CLAIMED: "claimed it",
    EventType.RESUMED: "resumed the claim",
    EventType.PROGRESS: "noted progress",
    EventType.ASKED: "asked",
    EventType.SUBMITTED: "handed back a result",
    EventType.RELEASED: "gave it back",
    EventType.LEASE_EXPIRED: "took it back, the lease ran out",
    EventType.PARKED: "parked it",
    EventType.COMMENTED: "commented",
    EventType.REMINDED: "sent a reminder",
    EventType.UNDONE: "undid an earlier change",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom times are worded: now, in their zone."""

    now: datetime
    zone: tzinfo


def did(event: Event) -> str:
    """What the event says was done, to go after the name of who did it."""
    after = {name: pair[1] for name, pair in event.changes.items()}
    if event.type is EventType.ASSIGNED and "assignee" in after:
        return _assigned(event, after)
    if event.type is EventType.DEFERRED and after.get("deferred_until", "") is None:
        return "ended the deferral"
    if event.type is EventType.EDITED and 0 < len(after) <= 3:
        return f"edited {', '.join(LABELS.get(name, name).lower() for name in after)}"
    if event.type is EventType.SUBMITTED and isinstance(after.get("result"), dict):
        return f"handed back round {after['result'].get('round', 1)}"
    return DID.get(event.type, event.type.value.replace("_", " "))


def owners() -> dict[Owner, str]:
    """The owners by name."""
    return {Owner.ME: "You", Owner.CODEX: agents_first(), Owner.UNASSIGNED: "Nobody yet"}


def _assigned(event: Event, after: dict[str, Any]) -> str:
    if after["assignee"] == Owner.ME:
        return "took it" if event.actor == "human" else "gave it to you"
    if after["assignee"] == Owner.UNASSIGNED:
        return "put it back to triage"
    return f"gave it to {after.get('agent') or agents()}"


def value(name: str, plain: Any, reader: Reader) -> str:
    """A field's value, as history keeps it, in words."""
    if plain is None or plain == [] or plain == "":
        return "estimated" if name == "due_at" else NOTHING
    if name in TIMES:
        return moments.at(from_text(plain), reader.now, reader.zone).text
    if name == "depends_on":
        return ", ".join(f"#{n}" for n in plain)
    if isinstance(plain, list):
        return ", ".join(map(str, plain))
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    return _worded(name, plain)


def _worded(name: str, plain: Any) -> str:
    tables: dict[str, dict[Any, str]] = {"status": STATUS, "assignee": owners(), "review": REVIEW}
    if name in tables:
        return {key.value: words for key, words in tables[name].items()}.get(plain, str(plain))
    if name == "priority":
        return f"P{plain}"
    if isinstance(plain, dict):
        return {"claim": f"held by {plain.get('agent')}"}.get(name, LABELS.get(name, name).lower())
    return str(plain)


def who(actor: str) -> str:
    """The name of an actor; the server is named as such."""
    return person(actor)


def kind_of_actor(actor: str) -> str:
    """`human`, `agent`, `adapter` or `system`: what the mark beside a line of history is coloured by."""
    return actor.partition(":")[0]
