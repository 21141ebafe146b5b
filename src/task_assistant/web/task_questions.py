"""Questions on a task: the open one with its options, and what was asked and answered before."""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain import plain
from task_assistant.domain.lanes import outside
from task_assistant.domain.task import Question, QuestionKind, Status
from task_assistant.services.dossier import Dossier
from task_assistant.web import moments
from task_assistant.web.moments import Moment
from task_assistant.web.task_words import KIND, Reader, who

KEYED = 5  # options that have a digit as their key


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose; `key` is its digit, empty beyond the fifth."""

    text: str
    key: str
    recommended: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `open` while it waits for an answer, `blocking` while the task waits with it.

    `recommendation` is empty when one of the options is it. `until` is set while it waits for a date outside.
    """

    id: int
    who: str
    needs: str
    text: str
    when: Moment
    options: tuple[Option, ...]
    recommendation: str
    answer: str
    answered: Moment | None
    open: bool
    blocking: bool
    secret: bool
    until: Moment | None


def questions(dossier: Dossier, reader: Reader) -> tuple[Asked, ...]:
    """All of them, newest first."""
    found = [plain.question(record.data) for record in dossier.records["question"] if record.data]
    return tuple(_asked(dossier, question, reader) for question in found)


def _asked(dossier: Dossier, question: Question, reader: Reader) -> Asked:
    task, now, zone = dossier.task, reader.now, reader.zone
    current = task.question is not None and task.question.id == question.id
    advice = question.recommendation or ""
    waits = current and outside(task, now) and question.until is not None
    return Asked(
        id=question.id,
        who=who(question.asked_by),
        needs=KIND[question.kind],
        text=question.text,
        when=moments.past(question.asked_at, now, zone),
        options=tuple(
            Option(text, str(n) if n <= KEYED else "", text == advice)
            for n, text in enumerate(question.options, 1)
        ),
        recommendation="" if advice in question.options else advice,
        answer=question.answer or "",
        answered=moments.past(question.answered_at, now, zone) if question.answered_at else None,
        open=question.answer is None,
        blocking=current and task.status is Status.BLOCKED and question.answer is None,
        secret=question.kind is QuestionKind.CREDENTIAL,
        until=moments.at(question.until, now, zone) if waits and question.until else None,
    )
