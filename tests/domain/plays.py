"""Every command of the lifecycle as a function to call, and stories made of them, with the events that tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from task_assistant.domain import capture, claims, editing, moves, triaging, undo, working
from task_assistant.domain.errors import Refusal
from task_assistant.domain.history import Event, EventType, changes
from task_assistant.domain.lifecycle import TABLE, Command, check_role, lead
from task_assistant.domain.parking import Limits
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, Question, QuestionKind, ReviewNeed, Status, Task
from tests.factories import NOW, agent, agent_task, caller, event, later, owner

Play = Callable[[Task, Caller, datetime, int], Sequence[Step]]
MOST = Limits(attempts=2, rounds=2)
ANSWERS = ("1.0", "Try again", "I do it", "Cancel", "Mark it done", "Keep it open")
ARTIFACTS = ({"name": "a.diff", "type": "text/x-diff", "text": "+ä"},)
OLDER = Question(1, QuestionKind.DECISION, "Which one?", "agent:alpha", NOW)


def ticket(who: Caller, serial: int = 1) -> claims.Ticket:
    return claims.Ticket(who.name, 600, claims.digest(f"token {serial}"))


def _defer(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    return moves.defer(task, who, {"until": None if n % 3 == 0 else now + timedelta(hours=n)}, now)


def _answer(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    said = {"answer": ANSWERS[n % len(ANSWERS)]}
    older = OLDER if n % 4 == 3 and task.question is not None and task.question.id > OLDER.id else None
    return moves.answer(task, who, said, now, older=older)


EDITS: tuple[dict[str, Any], ...] = (
    {"title": "Edited"}, *({"status": status} for status in Status), *({"assignee": one} for one in Owner),
    {"private": True}, {"private": False}, {"review": ReviewNeed.OPTIONAL}, {"due": later(days=3), "priority": 1},
    {"status": Status.BLOCKED, "assignee": Owner.ME, "labels": ("a",)}, {"description": None},
)  # fmt: skip


def _undo(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    told = event(EventType.EDITED, changes={"title": ("Before", to_plain(task.title))})
    return undo.undo(task, told, [], who, force=False, now=now)


def _remind(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    check_role(Command.REMIND, who.role)
    return [Step(task.having(reminder_last_sent_at=now), EventType.REMINDED)]


PROPOSED = {
    "suggested_assignee": "codex", "agent_probability": 0.9,
    "reasons": [{"signal": "writing", "evidence": "Draft", "points": 1.0}],
}  # fmt: skip


def _auto_assign(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    lead(Command.AUTO_ASSIGN, who.role, task)
    return triaging.auto_assign(task, Owner.CODEX, "as you mostly do")


def _expire(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
    lead(Command.EXPIRE, who.role, task)
    return claims.expire(task, MOST, now)


def _source(item: dict[str, Any]) -> Play:
    def play(task: Task, who: Caller, now: datetime, n: int) -> Sequence[Step]:
        lead(Command.SOURCE_CLOSE, who.role, task)
        return capture.arrive_again(task, item, who, update=True, now=now).steps

    return play


OUTCOMES = ("handoff", "failed", "declined")
PLAYS: dict[Command, Play] = {
    Command.EDIT: lambda task, who, now, n: editing.edit(task, who, EDITS[n % len(EDITS)], now),
    Command.ASSIGN: lambda task, who, now, n: moves.assign(task, who, {"assignee": list(Owner)[n % 3]}, now),
    Command.ACCEPT_ASSESSMENT: lambda task, who, now, n: moves.accept_assessment(task, who, {}, now),
    Command.ASSESS: lambda task, who, now, n: triaging.propose(task, who, PROPOSED, now),
    Command.AUTO_ASSIGN: _auto_assign,
    Command.DEFER: _defer,
    Command.BLOCK: lambda task, who, now, n: moves.block(task, who, {"text": "Wait for the bank"}, now),
    Command.ANSWER: _answer,
    Command.APPROVE: lambda task, who, now, n: moves.approve(task, who, {"note": "Good"}, now),
    Command.SEND_BACK: lambda task, who, now, n: moves.send_back(task, who, {"feedback": "No."}, now, MOST),
    Command.DONE: lambda task, who, now, n: moves.done(task, who, {}, now),
    Command.CANCEL: lambda task, who, now, n: moves.cancel(task, who, {}, now),
    Command.REOPEN: lambda task, who, now, n: moves.reopen(task, who, {}, now),
    Command.DELETE: lambda task, who, now, n: moves.delete(task, who, {}, now),
    Command.UNDO: _undo,
    Command.COMMENT: lambda task, who, now, n: working.comment(task, who, "Hello", now),
    Command.REMIND: _remind,
    Command.CLAIM: lambda task, who, now, n: [claims.claim(task, ticket(who), who.role, now)],
    Command.HEARTBEAT: lambda task, who, now, n: working.heartbeat(task, who, now),
    Command.PROGRESS: lambda task, who, now, n: working.progress(task, who, {"note": "halfway"}, now),
    Command.ASK: lambda task, who, now, n: working.ask(
        task, who, {"question": "Which?", "kind": "decision"}, now
    ),
    Command.SUBMIT: lambda task, who, now, n: working.submit(
        task, who, {"summary": "Done", "artifacts": ARTIFACTS}, now
    ),
    Command.RELEASE: lambda task, who, now, n: claims.release(
        task, who, OUTCOMES[n % 3], {"note": "tired"}, MOST, now
    ),
    Command.EXPIRE: _expire,
    Command.SOURCE_UPDATE: _source({"title": "From the source"}),
    Command.SOURCE_CLOSE: _source({"source_state": "closed"}),
}
WORK = (Command.HEARTBEAT, Command.PROGRESS, Command.ASK, Command.SUBMIT, Command.RELEASE, Command.EXPIRE)
BY_ROLE = {
    Role.OWNER: owner(), Role.AGENT: agent("alpha"), Role.ADAPTER: caller(Role.ADAPTER, "mail"),
    Role.READER: caller(Role.READER, "wall"), Role.SYSTEM: caller(Role.SYSTEM, "system"),
}  # fmt: skip


def attempt(play: Callable[[], Sequence[Step]]) -> Sequence[Step] | Refusal:
    """What the rules make of it: the steps, or their refusal."""
    try:
        return play()
    except Refusal as refusal:
        return refusal


@dataclass
class Story:
    """One task through a story: what it is now, its past events, its file, and what it was before the last step."""

    task: Task
    now: datetime = NOW
    events: list[Event] = field(default_factory=list)
    file: dict[tuple[str, int], Record] = field(default_factory=dict)

    def tell(self, steps: Sequence[Step]) -> list[Event]:
        """The steps happen: one event each, as the services write them; the events that were told."""
        told = []
        for step in steps:
            if step.type is not None:
                pairs = {**changes(self.task, step.task), **step.extra}
                told.append(event(step.type, task_id=1, at=self.now, changes=pairs, undoes=step.undoes))
            self.task = step.task
            self.file |= {(record.kind, record.n): record for record in step.records}
        self.task = self.task.having(version=self.task.version + bool(told))
        self.events += told
        return told

    def play(self, command: Command, n: int) -> None:
        """The command, by somebody who may give it; nothing happens if the rules refuse it or the holder is gone."""
        roles = TABLE[command].roles
        who = BY_ROLE[Role.AGENT if Role.AGENT in roles else next(iter(roles))]
        self.now += timedelta(minutes=1)
        held = self.task.claim is not None
        if (
            self.task.deleted_at is not None
            or (command in WORK and not held)
            or (command is Command.CLAIM and held)
        ):
            return
        said = attempt(lambda: PLAYS[command](self.task, who, self.now, n))
        if not isinstance(said, Refusal):
            self.tell(said)


def begun() -> Story:
    """A story about an agent's task that came from a source."""
    started = Story(agent_task(id=1, external_id="m-1"))
    born = started.task.having(ingested=capture.fingerprints(started.task))
    started.task = born
    started.events.append(event(EventType.CREATED, task_id=1, changes=changes(None, born)))
    return started


@st.composite
def stories(draw: st.DrawFn, most: int = 12) -> Story:
    """Any story, told up to its end; what the status refuses anyway is left out of it."""
    story = begun()
    for _ in range(draw(st.integers(1, most))):
        there = story.task
        possible = [c for c in TOLD if there.status in TABLE[c].leads and (c not in WORK or there.claim)]
        if there.deleted_at is None:
            story.play(draw(st.sampled_from(possible)), draw(st.integers(0, 30)))
    return story


# What happens in stories: the usual course of work more often than the rest.
USUAL = (
    Command.CLAIM,
    Command.SUBMIT,
    Command.ASK,
    Command.ANSWER,
    Command.SEND_BACK,
    Command.RELEASE,
    Command.EDIT,
)
TOLD = [*USUAL, *USUAL, *(command for command in PLAYS if command not in (Command.UNDO, Command.REMIND))]
