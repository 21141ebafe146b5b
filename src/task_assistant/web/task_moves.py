"""What the person can do with a task from its page: the likely move first, the rare ones behind More.

What is legal is the lifecycle's table; here is only what each lane makes likely, and the words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from task_assistant.domain import lanes
from task_assistant.domain.assessment import suggestion
from task_assistant.domain.lifecycle import allowed_from
from task_assistant.domain.task import Lane, Owner, Status, Task
from task_assistant.web.owner_label import agents


@dataclass(frozen=True, slots=True)
class Ask:
    """What a move needs to know first. `kind` time takes words too ("tomorrow", "fri 9am")."""

    field: str
    label: str
    kind: str
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """One button: the verb of /do/tasks/{id}/…, its fixed fields, and what it asks first."""

    verb: str
    label: str
    fields: tuple[tuple[str, str], ...] = ()
    key: str = ""
    ask: Ask | None = None

    @property
    def printed(self) -> str:
        """The key as it is printed."""
        return {"Backspace": "⌫"}.get(self.key, self.key)


@dataclass(frozen=True, slots=True)
class Moves:
    """The buttons in their order; the first of `likely` is the accented one."""

    likely: tuple[Move, ...]
    rare: tuple[Move, ...]


BACKLOG_AND_MINE = (("status", "backlog"), ("assignee", "me"))
UNTIL = Ask("until", "Until when?", "time", "tomorrow, fri 9am, 6 dec")
WHY = Ask("text", "What is missing?", "text", "It comes back to you, with this line, as blocked.")
DONE = Move("done", "Done", key="f")
MINE = Move("assign", "Take it", (("assignee", "me"),), key="m")
OVER = Move("assign", "Take it over", (("assignee", "me"),), key="m")
OUT = Move("edit", "Take it over", BACKLOG_AND_MINE, key="m")
AGENTS = Move("assign", "Give to agents", (("assignee", "codex"),), key="a")
BACK = Move("assign", "Take it back", (("assignee", "codex"),))
TRIAGE = Move("assign", "Back to triage", (("assignee", "unassigned"),))
DEFER = Move("defer", "Defer", key="d", ask=UNTIL)
NOW = Move("defer", "Bring back now", (("until", ""),), key="b")
UNBLOCK = Move("edit", "Unblock", (("status", "backlog"),), key="b")
BLOCK = Move("block", "Block", ask=WHY)
CANCEL = Move("cancel", "Cancel task", key="Backspace")
REOPEN = Move("reopen", "Reopen", key="o")
DELETE = Move("delete", "Delete")
SUGGESTED = Move("accept-assessment", "Do as suggested", key="y")

LIKELY: dict[Lane | None, tuple[Move, ...]] = {
    Lane.HUMAN: (DONE, AGENTS, DEFER),
    Lane.AGENT: (OVER, DEFER, DONE),
    Lane.REVIEW: (OUT,),
    Lane.BLOCKED: (UNBLOCK, OUT),
    Lane.TRIAGE: (SUGGESTED, MINE, AGENTS, DEFER),
    Lane.WAITING: (NOW, DONE),
    None: (REOPEN,),
}
RARE = (DONE, MINE, AGENTS, BACK, TRIAGE, UNBLOCK, DEFER, BLOCK, CANCEL, REOPEN, DELETE)


def moves(task: Task, now: datetime) -> Moves:
    """Those that the task takes now."""
    likely = tuple(move for move in LIKELY[lanes.lane(task, now)] if _fits(move, task, now))
    there = {(move.verb, move.fields) for move in likely}
    rare = [move for move in RARE if (move.verb, move.fields) not in there and _fits(move, task, now)]
    likely = tuple(_worded(move, task) for move in likely)
    return Moves(likely, tuple(_worded(move, task) for move in rare))


def _fits(move: Move, task: Task, now: datetime) -> bool:
    if move.verb not in allowed_from(task.status) or (move is not DELETE and task.deleted_at is not None):
        return False
    held = task.held(now)
    changes_nothing = {
        SUGGESTED: suggestion(task) is None or task.assignee is not Owner.UNASSIGNED,
        MINE: task.assignee is Owner.ME or lanes.lane(task, now) not in (Lane.TRIAGE, Lane.WAITING),
        UNBLOCK: task.status is not Status.BLOCKED,
        AGENTS: task.assignee is Owner.CODEX,
        BACK: not held,
        TRIAGE: task.assignee is Owner.UNASSIGNED,
        NOW: not lanes.deferred(task, now),
        REOPEN: task.active,
        DELETE: task.deleted_at is not None,
    }
    return not changes_nothing.get(move, False)


def _worded(move: Move, task: Task) -> Move:
    if move is AGENTS:
        return replace(move, label=f"Give to {agents()}")
    if move is not BACK or task.claim is None:
        return move
    return replace(move, label=f"Take it back from {task.claim.agent}")
