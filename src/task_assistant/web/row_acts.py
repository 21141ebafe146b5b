"""What can be done about a task in its row, the likely act first, each with its printed key.

One meaning a key on all pages: `1`–`5` the offered answers (or priorities), `a` approve or give to agents, `m` mine,
`y` as suggested, `f` done, `d` defer, `e` write or edit, `r` send back, `b` unblock, `o` reopen, Backspace cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.assessment import suggestion
from task_assistant.domain.lanes import deferred
from task_assistant.domain.task import Lane, Owner, Question, QuestionKind, Task
from task_assistant.web.owner_label import agents

KEYED_OPTIONS = 5


@dataclass(frozen=True, slots=True)
class Act:
    """One button of a row. `path` is what follows /do/tasks/{id}/, with its fixed fields as a query.

    `name` and `value` are one more field, for texts that do not belong into an address. `compose` names the composer
    that asks for more before it is sent (answer, send-back, defer); without scripts that is a part of the task's page.
    """

    label: str
    key: str
    path: str
    name: str = ""
    value: str = ""
    compose: str = ""
    likely: bool = False

    @property
    def printed(self) -> str:
        """The key as it is printed."""
        return {"Backspace": "⌫"}.get(self.key, self.key.partition(" ")[0])


DONE = Act("Done", "f", "done")
DEFER = Act("Defer", "d", "defer", compose="defer")
CANCEL = Act("Cancel", "Backspace", "cancel")
MINE = Act("Mine", "m", "assign?assignee=me")
TAKE_OVER = Act("Take it over", "m", "edit?status=backlog&assignee=me")
UNBLOCK = Act("Unblock", "b", "edit?status=backlog")
REOPEN = Act("Reopen", "o", "reopen", likely=True)
NOW = Act("Bring back now", "b", "defer?until=", likely=True)


def acts_of(task: Task, lane: Lane | None, now: datetime) -> tuple[Act, ...]:
    """The acts for a task in its lane; a closed one can be reopened."""
    if lane is None:
        return (REOPEN,)
    return _ACTS[lane](task, now)


def to_agents() -> Act:
    """Gives the task to agents, by the name that the person has for them."""
    return Act(f"To {agents()}", "a", "assign?assignee=codex")


def _likely(act: Act) -> Act:
    return Act(act.label, act.key, act.path, act.name, act.value, act.compose, likely=True)


def _blocked(task: Task, _now: datetime) -> tuple[Act, ...]:
    question = task.question
    if question is None or question.answer is not None:
        return (_likely(UNBLOCK), TAKE_OVER, CANCEL)
    path = f"answer?question_id={question.id}"
    write = Act("Write an answer", "e", path, compose="answer", likely=not question.options)
    if question.asked_by == "human" or question.kind is QuestionKind.EXTERNAL:
        return (_likely(UNBLOCK), Act("Write an answer", "e", path, compose="answer"), TAKE_OVER, CANCEL)
    return (*_options(question, path), write, TAKE_OVER)


def _options(question: Question, path: str) -> list[Act]:
    """The offered answers, keyed 1 to 5; the recommended one stands out, else the first."""
    likely = question.recommendation if question.recommendation in question.options else None
    return [
        Act(
            option, str(n) if n <= KEYED_OPTIONS else "", path, "answer", option,
            likely=option == likely if likely else n == 1,
        )
        for n, option in enumerate(question.options, 1)
    ]  # fmt: skip


def _review(task: Task, _now: datetime) -> tuple[Act, ...]:
    shown = f"?round={task.result.round}" if task.result is not None else ""
    approve = Act("Approve", "a", f"approve{shown}", likely=True)
    return (approve, Act("Send back", "r", f"send-back{shown}", compose="send-back"), CANCEL)


def _human(_task: Task, _now: datetime) -> tuple[Act, ...]:
    return (_likely(DONE), DEFER, to_agents(), CANCEL)


def _triage(task: Task, _now: datetime) -> tuple[Act, ...]:
    suggested = suggestion(task)
    accept = f"accept-assessment?assignee={suggested}"
    mine = Act("Mine", "y m", accept, likely=True) if suggested is Owner.ME else MINE
    theirs = Act(f"To {agents()}", "y a", accept, likely=True) if suggested is Owner.CODEX else to_agents()
    first = (theirs, mine) if suggested is Owner.CODEX else (mine, theirs)
    return (*first, DEFER, CANCEL)


def _agent(task: Task, now: datetime) -> tuple[Act, ...]:
    held = task.held(now)
    return (Act("Take it over", "m", MINE.path), *(() if held else (DEFER,)), CANCEL)


def _waiting(task: Task, now: datetime) -> tuple[Act, ...]:
    return (*((NOW,) if deferred(task, now) else ()), DONE, DEFER, CANCEL)


_ACTS: dict[Lane, Callable[[Task, datetime], tuple[Act, ...]]] = {
    Lane.BLOCKED: _blocked,
    Lane.REVIEW: _review,
    Lane.HUMAN: _human,
    Lane.TRIAGE: _triage,
    Lane.AGENT: _agent,
    Lane.WAITING: _waiting,
}
