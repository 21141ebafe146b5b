"""The life of a task as one table: command × role × status → the next status, or a named refusal.

Everything that changes a task is a line here. Code, the diagram in the docs and the tests read the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from task_assistant.domain.errors import IllegalMove, Refusal, RoleForbidden
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Status, Task


class Command(StrEnum):
    """What can be done to a task that exists."""

    EDIT = "edit"
    ASSIGN = "assign"
    ACCEPT_ASSESSMENT = "accept-assessment"
    ASSESS = "assess"
    AUTO_ASSIGN = "auto-assign"
    DEFER = "defer"
    BLOCK = "block"
    ANSWER = "answer"
    APPROVE = "approve"
    SEND_BACK = "send-back"
    DONE = "done"
    CANCEL = "cancel"
    REOPEN = "reopen"
    DELETE = "delete"
    UNDO = "undo"
    COMMENT = "comment"
    REMIND = "remind"
    CLAIM = "claim"
    HEARTBEAT = "heartbeat"
    PROGRESS = "progress"
    ASK = "ask"
    SUBMIT = "submit"
    RELEASE = "release"
    EXPIRE = "expire"
    SOURCE_UPDATE = "source-update"
    SOURCE_CLOSE = "source-close"


BACKLOG, IN_PROGRESS = Status.BACKLOG, Status.IN_PROGRESS
REVIEW, BLOCKED, DONE, CANCELLED = Status.WAITING_REVIEW, Status.BLOCKED, Status.DONE, Status.CANCELLED
ACTIVE = (BACKLOG, IN_PROGRESS, REVIEW, BLOCKED)

PERSON = frozenset({Role.OWNER})
WORKERS = frozenset({Role.AGENT, Role.OWNER})
WRITERS = frozenset({Role.OWNER, Role.AGENT, Role.ADAPTER})
FEEDERS = frozenset({Role.OWNER, Role.AGENT, Role.ADAPTER})
SERVER = frozenset({Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Line:
    """Who may give the command and where it leads from each status; a status that is not named refuses it.

    `instead` is where it may lead for a stated reason. `moves` True marks a move by the person, which resets the
    attempts and rounds of the task.
    """

    roles: frozenset[Role]
    leads: Mapping[Status, Status]
    instead: Mapping[Status, str] | None = None
    moves: bool = False
    advice: str = "ask the person to do it"


def _stays(*statuses: Status) -> dict[Status, Status]:
    return {status: status for status in statuses}


def _to(target: Status, *statuses: Status) -> dict[Status, Status]:
    return dict.fromkeys(statuses, target)


HAND_BACK = "submit your work for review instead"

TABLE: Mapping[Command, Line] = {
    Command.EDIT: Line(PERSON, _stays(*Status), dict.fromkeys(Status, "status given")),
    Command.ASSIGN: Line(PERSON, {**_stays(BACKLOG, REVIEW, BLOCKED), IN_PROGRESS: BACKLOG}, moves=True),
    Command.ACCEPT_ASSESSMENT: Line(PERSON, _stays(BACKLOG), moves=True),
    Command.ASSESS: Line(WORKERS | SERVER, _stays(BACKLOG), advice="use an agent's key that may triage"),
    Command.AUTO_ASSIGN: Line(SERVER, _stays(BACKLOG)),
    Command.DEFER: Line(PERSON, _to(BACKLOG, BACKLOG, IN_PROGRESS), moves=True),
    Command.BLOCK: Line(PERSON, _to(BLOCKED, *ACTIVE), moves=True),
    Command.ANSWER: Line(
        PERSON,
        {**_stays(BACKLOG, IN_PROGRESS, REVIEW, DONE, CANCELLED), BLOCKED: BACKLOG},
        {DONE: "chosen option", CANCELLED: "chosen option"},
        moves=True,
        advice="only the person answers; read the answer with your next claim",
    ),
    Command.APPROVE: Line(PERSON, {REVIEW: DONE}, moves=True, advice=HAND_BACK),
    Command.SEND_BACK: Line(PERSON, {REVIEW: BACKLOG}, {BLOCKED: "rounds used up"}, advice=HAND_BACK),
    Command.DONE: Line(PERSON, _to(DONE, *ACTIVE), moves=True, advice=HAND_BACK),
    Command.CANCEL: Line(
        PERSON, _to(CANCELLED, *ACTIVE), moves=True, advice="release it with a note instead"
    ),
    Command.REOPEN: Line(PERSON, _to(BACKLOG, DONE, CANCELLED), moves=True),
    Command.DELETE: Line(PERSON, {**_stays(*Status), IN_PROGRESS: BACKLOG}, moves=True),
    Command.UNDO: Line(PERSON, _stays(*Status), dict.fromkeys(Status, "status before"), moves=True),
    Command.COMMENT: Line(WRITERS, _stays(*Status)),
    Command.REMIND: Line(frozenset({Role.OWNER, Role.ADAPTER}), _stays(*Status)),
    Command.CLAIM: Line(WORKERS, _to(IN_PROGRESS, BACKLOG, IN_PROGRESS)),
    Command.HEARTBEAT: Line(WORKERS, _stays(IN_PROGRESS)),
    Command.PROGRESS: Line(WORKERS, _stays(IN_PROGRESS)),
    Command.ASK: Line(WORKERS, {IN_PROGRESS: BLOCKED}),
    Command.SUBMIT: Line(WORKERS, {IN_PROGRESS: REVIEW}, {DONE: "review optional"}),
    Command.RELEASE: Line(WORKERS, {IN_PROGRESS: BACKLOG}, {BLOCKED: "attempts used up"}),
    Command.EXPIRE: Line(SERVER, {IN_PROGRESS: BACKLOG}, {BLOCKED: "attempts used up"}),
    Command.SOURCE_UPDATE: Line(FEEDERS, _stays(*Status)),
    Command.SOURCE_CLOSE: Line(
        FEEDERS, {**_stays(REVIEW, BLOCKED, DONE, CANCELLED), **_to(BLOCKED, BACKLOG, IN_PROGRESS)}
    ),
}


def roles_for(command: Command) -> frozenset[Role]:
    """Who may give the command at all; surfaces check this before anything else."""
    return TABLE[command].roles


def allowed_from(status: Status, role: Role = Role.OWNER) -> tuple[str, ...]:
    """The commands that a task with this status takes from this role, in the table's order."""
    return tuple(c.value for c, line in TABLE.items() if role in line.roles and status in line.leads)


def outcome(command: Command, role: Role, status: Status) -> Status | type[Refusal]:
    """Where the command leads by the table alone, or the kind of refusal."""
    line = TABLE[command]
    if role not in line.roles:
        return RoleForbidden
    return line.leads.get(status, IllegalMove)


# Where the name of a command is not what one says of a task.
_IN_WORDS = {
    Command.ACCEPT_ASSESSMENT: "accept a suggestion",
    Command.ANSWER: "answer a question",
    Command.APPROVE: "approve a result",
    Command.SEND_BACK: "send a result back",
    Command.DONE: "close a task",
    Command.COMMENT: "comment on a task",
    Command.REMIND: "note a reminder",
    Command.HEARTBEAT: "hold a task",
    Command.PROGRESS: "report on a task",
    Command.ASK: "ask about a task",
}


def check_role(command: Command, role: Role) -> None:
    """Raises RoleForbidden with advice when the role may never give the command."""
    line = TABLE[command]
    if role not in line.roles:
        raise RoleForbidden(role.value, in_words(command), line.advice)


def in_words(command: Command) -> str:
    """What the command does, as one says that somebody may not: `close a task`."""
    return _IN_WORDS.get(command, f"{command.value} a task")


def lead(command: Command, role: Role, task: Task) -> Status:
    """The status that the command leads to from the task's. Raises RoleForbidden or IllegalMove."""
    check_role(command, role)
    target = TABLE[command].leads.get(task.status)
    if target is None:
        allowed = allowed_from(task.status, role)
        raise IllegalMove(task.id, command.value, task.status.value, allowed)
    return target


def mermaid() -> str:
    """The state diagram of the docs, drawn from the table (a test compares); commands that stay put are left out."""
    lines = ["stateDiagram-v2", "    [*] --> backlog: capture"]
    for command, line in TABLE.items():
        lines += [f"    {a} --> {b}: {command}" for a, b in line.leads.items() if a is not b]
        sources = [a for a in line.leads if a not in (DONE, CANCELLED)]
        if line.instead and command not in (Command.EDIT, Command.UNDO, Command.ANSWER):
            lines += [
                f"    {a} --> {b}: {command} ({why})" for a in sources for b, why in line.instead.items()
            ]
        if command is Command.ANSWER:
            lines += [f"    {BLOCKED} --> {b}: {command} ({why})" for b, why in (line.instead or {}).items()]
    return "\n".join(lines) + "\n"
