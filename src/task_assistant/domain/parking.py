"""Parking: when agents cannot bring a task further, the person is asked; nothing is blocked without its way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain import limits
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.task import Owner, Question, QuestionKind, Status, Task

TRY_AGAIN, MINE, CANCEL = "Try again", "I do it", "Cancel"
MARK_DONE, KEEP_OPEN = "Mark it done", "Keep it open"

# What choosing an option of the server's own questions does to the task: (question about, option) → changed fields.
OPTIONS_ACT: dict[tuple[str, str], dict[str, object]] = {
    ("parked", TRY_AGAIN): {},
    ("parked", MINE): {"assignee": Owner.ME, "agent": None},
    ("parked", CANCEL): {"status": Status.CANCELLED},
    ("source_closed", MARK_DONE): {"status": Status.DONE},
    ("source_closed", CANCEL): {"status": Status.CANCELLED},
    ("source_closed", KEEP_OPEN): {},
}


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many failed attempts and how many review rounds a task is parked."""

    attempts: int = limits.MAX_ATTEMPTS
    rounds: int = limits.MAX_ROUNDS


def effect_of(question: Question, answer: str) -> dict[str, object]:
    """What the answer does besides unblocking: only the options of the server's own questions act."""
    chosen = answer.strip().casefold()
    for (about, option), effect in OPTIONS_ACT.items():
        if about == question.about and option.casefold() == chosen:
            return effect
    return {}


def options_for(about: str) -> tuple[str, ...]:
    """The options of a question of the server's own."""
    return tuple(option for subject, option in OPTIONS_ACT if subject == about)


def ask(task: Task, question: Question) -> tuple[Task, Record]:
    """The blocked task with its open question, and the question for its file."""
    asked = task.having(status=Status.BLOCKED, question=question).numbered("question", question.id)
    return asked, Record("question", question.id, to_plain(question))


def park(task: Task, why: str, now: datetime) -> Step:
    """Blocks the task with the question how to go on; `why` is a sentence."""
    text = f"{why} How shall it go on?"
    asked, record = ask(task, _own(task, "parked", text, now))
    return Step(asked, EventType.PARKED, text, (record,), actor="system")


def source_closed(task: Task, now: datetime) -> tuple[Task, Record]:
    """Blocks the task with the question whether to close it here as well."""
    where = task.source_name or task.origin
    text = f"This was closed at its source ({where}). Close it here as well?"
    return ask(task, _own(task, "source_closed", text, now))


def has_way_out(task: Task) -> bool:
    """Nothing is blocked without an open question (PRODUCT, rule 3)."""
    return task.status is not Status.BLOCKED or (task.question is not None and task.question.answer is None)


def unexplained(task: Task, actor: str, now: datetime) -> tuple[Task, Record]:
    """Gives a task that was set to blocked without a question the question that leads out of it."""
    text = "This task is blocked and nobody said why. What does it need to go on?"
    question = Question(task.number("question"), QuestionKind.INFORMATION, text, actor, now)
    return ask(task, question)


def _own(task: Task, about: str, text: str, now: datetime) -> Question:
    return Question(
        task.number("question"),
        QuestionKind.DECISION,
        text,
        "system",
        now,
        options=options_for(about),
        about=about,
    )
