"""The person's verbs, each a pure function from a task to the steps that it takes. Only the person closes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from task_assistant.domain.assessment import suggestion
from task_assistant.domain.claims import end, told
from task_assistant.domain.errors import NoAssessment, NoQuestion, ResultChanged, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import TABLE, Command, check_role, lead
from task_assistant.domain.parking import Limits, ask, effect_of, park
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Question, QuestionKind, Status, Task

# What the holder of a claim is told when the person's command ends it.
ENDED_AS = {
    Command.ASSIGN: "reassigned",
    Command.DEFER: "deferred",
    Command.BLOCK: "blocked",
    Command.DONE: "done",
    Command.CANCEL: "cancelled",
    Command.DELETE: "deleted",
    Command.UNDO: "undone",
}


def closing(task: Task, status: Status, now: datetime) -> Task:
    """The task with this status; `completed_at` is set when it becomes done and cleared when it leaves done."""
    completed = (task.completed_at or now) if status is Status.DONE else None
    return task.having(status=status, completed_at=completed)


def moved(task: Task, command: Command, caller: Caller, now: datetime) -> tuple[Task, tuple[Record, ...]]:
    """The task led to its next status by the person: claim ended, attempts and rounds counted from zero again."""
    status = lead(command, caller.role, task)
    ended = ENDED_AS.get(command)
    free, records = end(task, ended, now) if ended else (task, ())
    if TABLE[command].moves:
        free = reset(free)
    return closing(free, status, now), records


def reset(task: Task) -> Task:
    """Any move by the person starts attempts and rounds anew, and nobody is passed over any more."""
    return task.having(failures=0, rounds=0, declined=None)


def assign(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Gives the task to an owner (`assignee`), and to one agent by name (`agent`, only with codex)."""
    owner, agent = Owner(said["assignee"]), said.get("agent")
    if agent is not None and owner is not Owner.CODEX:
        raise invalid("agent", "only a task of codex can be meant for one agent")
    after, records = moved(task, Command.ASSIGN, caller, now)
    after = after.having(assignee=owner, agent=agent, proposal=None)
    return [Step(after, EventType.ASSIGNED, None, records)]


def accept_assessment(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Assigns as suggested. What an assessment says about review is advice: only an explicit change sets it.

    `assignee` (or `seen`, by task id) is the suggestion that the person looked at; another one by now is not accepted.
    """
    lead(Command.ACCEPT_ASSESSMENT, caller.role, task)
    suggested = suggestion(task)
    seen = said.get("assignee") or said.get("seen", {}).get(task.id) or suggested
    if suggested is None or seen != suggested or task.assignee is not Owner.UNASSIGNED:
        raise NoAssessment(task.id)
    return assign(task, caller, {"assignee": suggested}, now)


def defer(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Hides the task until a time (`until`, in the future); None ends a deferral."""
    until = said["until"]
    if until is not None and until <= now:
        raise invalid("until", "must be in the future, or null to end the deferral")
    after, records = moved(task, Command.DEFER, caller, now)
    return [Step(after.having(deferred_until=until), EventType.DEFERRED, None, records)]


def block(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """Blocks the task for a stated reason (`text`, `kind`); an external one may carry a date (`until`)."""
    kind = QuestionKind(said.get("kind") or QuestionKind.EXTERNAL)
    until = said.get("until")
    if until is not None and kind is not QuestionKind.EXTERNAL:
        raise invalid("until", "only an external block carries a date")
    after, records = moved(task, Command.BLOCK, caller, now)
    question = Question(task.number("question"), kind, said["text"], caller.actor, now, until=until)
    after, record = ask(after, question)
    return [Step(after, EventType.BLOCKED, said["text"], (*records, record))]


def answer(
    task: Task, caller: Caller, said: dict[str, Any], now: datetime, *, older: Question | None
) -> list[Step]:
    """Answers the current question, or an `older` one of the same task; a late answer is kept and moves nothing."""
    check_role(Command.ANSWER, caller.role)
    current = task.question if older is None or (task.question and older.id == task.question.id) else None
    question = current or older
    if question is None or question.answer is not None:
        raise NoQuestion(task.id, "; it was answered already" if question else "")
    answered = replace(question, answer=said["answer"], answered_at=now)
    record = Record("question", answered.id, to_plain(answered))
    if current is None or task.status is not Status.BLOCKED:
        kept = told(task.having(question=answered) if current else task, changed=("question",))
        extra = {} if current else {"answer": (None, to_plain(answered))}
        return [Step(kept, EventType.ANSWERED, said["answer"], (record,), extra=extra)]
    after, records = moved(task, Command.ANSWER, caller, now)
    after = _effect(after.having(question=answered), effect_of(question, said["answer"]), now)
    return [Step(after, EventType.ANSWERED, said["answer"], (*records, record))]


def _effect(task: Task, effect: dict[str, object], now: datetime) -> Task:
    status = effect.get("status")
    after = task.having(**{name: value for name, value in effect.items() if name != "status"})
    return closing(after, Status(str(status)), now) if status else after


def _check_round(task: Task, given: int | None) -> None:
    current = task.result.round if task.result else None
    if given is not None and given != current:
        raise ResultChanged(task.id, given, current)


def approve(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """The person's yes to the result (of `round`, if given): the task is done."""
    after, records = moved(task, Command.APPROVE, caller, now)
    _check_round(task, said.get("round"))
    return [Step(after, EventType.APPROVED, said.get("note"), records)]


def send_back(task: Task, caller: Caller, said: dict[str, Any], now: datetime, most: Limits) -> list[Step]:
    """Back to agents with feedback, which the next worker reads first; after too many rounds the task is parked."""
    status = lead(Command.SEND_BACK, caller.role, task)
    _check_round(task, said.get("round"))
    n = task.number("feedback")
    feedback = {
        "n": n,
        "round": task.result.round if task.result else None,
        "text": said["feedback"],
        "at": to_plain(now),
    }
    after = task.having(
        status=status, assignee=Owner.CODEX, rounds=task.rounds + 1, sent_back=True, failures=0, declined=None
    ).numbered("feedback", n)
    record = Record("feedback", n, feedback)
    step = Step(after, EventType.SENT_BACK, said["feedback"], (record,), extra={"feedback": (None, feedback)})
    if after.rounds < most.rounds:
        return [step]
    return [step, park(after, f"It was sent back {after.rounds} times.", now)]


def done(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """The person closes the task as done."""
    after, records = moved(task, Command.DONE, caller, now)
    return [Step(after, EventType.COMPLETED, said.get("note"), records)]


def cancel(task: Task, caller: Caller, said: dict[str, Any], now: datetime) -> list[Step]:
    """The person drops the task."""
    after, records = moved(task, Command.CANCEL, caller, now)
    return [Step(after, EventType.CANCELLED, said.get("reason"), records)]


def reopen(task: Task, caller: Caller, _: dict[str, Any], now: datetime) -> list[Step]:
    """A closed task becomes active again, with its owner."""
    after, records = moved(task, Command.REOPEN, caller, now)
    return [Step(after, EventType.REOPENED, None, records)]


def delete(task: Task, caller: Caller, _: dict[str, Any], now: datetime) -> list[Step]:
    """Hides the task from everywhere; undoable for 30 days."""
    after, records = moved(task, Command.DELETE, caller, now)
    return [Step(after.having(deleted_at=now), EventType.DELETED, None, records)]


Move = Callable[[Task, Caller, dict[str, Any], datetime], list[Step]]

# The verbs that need nothing but the task; `answer` and `send-back` need more and are called by name.
MOVES: dict[Command, Move] = {
    Command.ASSIGN: assign,
    Command.ACCEPT_ASSESSMENT: accept_assessment,
    Command.DEFER: defer,
    Command.BLOCK: block,
    Command.APPROVE: approve,
    Command.DONE: done,
    Command.CANCEL: cancel,
    Command.REOPEN: reopen,
    Command.DELETE: delete,
}
