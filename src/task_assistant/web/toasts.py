"""What the page says after the person did something: one short sentence, from the event that it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo

from task_assistant.domain.history import Event, EventType
from task_assistant.domain.task import Owner, Task
from task_assistant.services.tasks import Outcome
from task_assistant.web import moments, refusals
from task_assistant.web.owner_label import agents
from task_assistant.web.rows import short

ABOUT = 60  # characters of the title
WORDS = {
    EventType.CREATED: "Captured",
    EventType.EDITED: "Saved",
    EventType.BLOCKED: "Blocked",
    EventType.ANSWERED: "Answered",
    EventType.APPROVED: "Approved",
    EventType.SENT_BACK: "Sent back with your feedback",
    EventType.COMPLETED: "Done",
    EventType.CANCELLED: "Cancelled",
    EventType.REOPENED: "Reopened",
    EventType.DELETED: "Deleted",
    EventType.COMMENTED: "Comment added",
    EventType.UNDONE: "Undone",
}
NOTHING = "Nothing to change"


def of_one(task: Task, events: Sequence[Event], now: datetime, zone: tzinfo) -> str:
    """What happened to one task: "Done · Call the dentist"."""
    return f"{_happened(task, events, now, zone)} · {short(task.title, ABOUT)}"


def _happened(task: Task, events: Sequence[Event], now: datetime, zone: tzinfo) -> str:
    if not events:
        return NOTHING
    kind = events[0].type
    if kind is EventType.ASSIGNED or (kind is EventType.EDITED and "assignee" in events[0].changes):
        return _given(task.assignee)
    if kind is EventType.DEFERRED:
        until = task.deferred_until
        return f"Deferred until {moments.soon(until, now, zone)}" if until else "Deferral ended"
    return WORDS.get(kind, "Done")


def _given(owner: Owner) -> str:
    words = {Owner.ME: "Yours now", Owner.UNASSIGNED: "Back in triage"}
    return words.get(owner) or f"Given to {agents()}"


def of_many(outcomes: Sequence[Outcome], events: Sequence[Event], now: datetime, zone: tzinfo) -> str:
    """What happened to several: "12 done", "9 given to agents, 1 refused: This task is done by now …"."""
    done = [outcome for outcome in outcomes if outcome.refusal is None]
    by_task = {event.task_id: event for event in reversed(events)}
    said = Counter(
        _happened(o.task, [by_task[o.id]] if o.id in by_task else [], now, zone) for o in done if o.task
    )
    parts = [f"{count} {words[0].lower()}{words[1:]}" for words, count in said.items()]
    if refused := [outcome.refusal for outcome in outcomes if outcome.refusal is not None]:
        parts.append(f"{len(refused)} not: {refusals.for_person(refused[0]).detail}")
    return ", ".join(parts)
