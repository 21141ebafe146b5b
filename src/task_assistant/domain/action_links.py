"""Action links: what a one-use link or button may do for the person, and until when the task is still as it was then.

A link is bound to one task, one verb with what it says, and one occasion: once the task has moved on, it does nothing.
What hands the task to an agent is also bound to its words, for whoever wrote them may change them after they were read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from task_assistant.domain import limits
from task_assistant.domain.claims import digest
from task_assistant.domain.errors import NoQuestion, invalid
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command, lead
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Lane, Owner, Question, Task

LASTS = timedelta(days=7)
LASTS_SECONDS = (60, 30 * 24 * 3600)
MOST = 20  # links made at once: more buttons than anybody reads
# The field that whoever uses the link fills in, where the link does not say it, and how long it may be.
OPEN = {Command.ANSWER: ("answer", limits.ANSWER), Command.SEND_BACK: ("feedback", limits.FEEDBACK)}
LINKED = (
    Command.ANSWER, Command.APPROVE, Command.SEND_BACK, Command.ASSIGN, Command.DEFER, Command.DONE,
)  # fmt: skip
HANDS_ON = frozenset(
    {Command.ANSWER, Command.SEND_BACK, Command.ASSIGN}
)  # an agent may read the task's words then


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that a link does: a verb of the person, and what it says in plain data."""

    command: Command
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def asks(self) -> str | None:
        """The field that is filled in when the link is used (`answer` or `feedback`), None when nothing is open."""
        name = OPEN[self.command][0] if self.command in OPEN else None
        return name if name is not None and name not in self.said else None

    @property
    def label(self) -> str:
        """The words on its button."""
        if self.command is Command.ANSWER:
            return str(self.said.get("answer") or "Answer")
        if self.command is Command.ASSIGN:
            return ASSIGNED[Owner(self.said["assignee"])]
        if self.command is Command.DEFER:
            return f"Defer until {self.said['until'] or 'now'}"
        return LABELS[self.command]


LABELS = {Command.APPROVE: "Approve", Command.SEND_BACK: "Send back", Command.DONE: "Done"}
ASSIGNED = {Owner.ME: "I do it", Owner.CODEX: "Give to an agent", Owner.UNASSIGNED: "Back to triage"}


def occasion(task: Task, command: Command) -> str:
    """What a link is bound to. It differs once any of this does: status, owner, privacy, open question, result.

    For a verb of HANDS_ON also title, description and source context, as SHA-256.
    """
    question = open_question(task)
    asked = question.id if question else 0
    handed_back = task.result.round if task.result else 0
    seen_by = "private" if task.private else "open"
    moved = f"{task.status}/{task.assignee}/{seen_by}/question {asked}/round {handed_back}"
    return f"{moved}/words {_words(task)}" if command in HANDS_ON else moved


def _words(task: Task) -> str:
    return digest(json.dumps([task.title, task.description, task.source_context]))


def open_question(task: Task) -> Question | None:
    """The question that waits for the person."""
    return task.question if task.question is not None and task.question.answer is None else None


def bound(task: Task, offer: Offer) -> Offer:
    """The offer for the task as it now is, with the question or the round that it means.

    Raises IllegalMove where the verb leads nowhere from here, NoQuestion, InvalidFields.
    """
    if offer.command not in LINKED:
        raise invalid("verb", f"must be one of {', '.join(LINKED)}")
    lead(offer.command, Role.OWNER, task)
    said = {name: to_plain(value) for name, value in offer.said.items()}
    if offer.command is Command.ANSWER:
        question = open_question(task)
        if question is None:
            raise NoQuestion(task.id)
        said["question_id"] = question.id
    if offer.command in (Command.APPROVE, Command.SEND_BACK) and task.result is not None:
        said["round"] = task.result.round
    return Offer(offer.command, said)


def with_words(offer: Offer, words: str | None) -> dict[str, Any]:
    """What the verb says when the link is used. Raises InvalidFields when words are missing, or are not asked for."""
    name = offer.asks
    if name is None:
        if words:
            raise invalid("text", "must be left out: this link says everything by itself")
        return offer.said
    most = OPEN[offer.command][1]
    if not words or not words.strip() or len(words) > most:
        raise invalid("text", f"must be the {name}, 1 to {most:,} characters")
    return {**offer.said, name: words}


def offers(task: Task, now: datetime) -> Sequence[Offer]:
    """What suits the task as it now is, the likeliest first; nothing while it needs nobody."""
    question = open_question(task)
    where = lane(task, now)
    if where is Lane.BLOCKED and question is not None:
        return [Offer(Command.ANSWER, {"answer": option}) for option in _options(question)] or [
            Offer(Command.ANSWER)
        ]
    if where is Lane.TRIAGE:
        return [Offer(Command.ASSIGN, {"assignee": owner.value}) for owner in (Owner.ME, Owner.CODEX)]
    if where is Lane.HUMAN:
        tomorrow = to_plain(now + timedelta(days=1))
        return [Offer(Command.DONE), Offer(Command.DEFER, {"until": tomorrow})]
    return [Offer(Command.APPROVE), Offer(Command.SEND_BACK)] if where is Lane.REVIEW else []


def _options(question: Question) -> list[str]:
    """The recommended one first; the others as they were asked."""
    return sorted(question.options, key=lambda option: option != question.recommendation)
