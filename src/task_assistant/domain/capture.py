"""How tasks come to be: created by hand, by an agent, or ingested from a source. Text from outside starts no work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from task_assistant.domain.claims import end
from task_assistant.domain.errors import FieldForbidden, OutsideKeyLimits, RoleForbidden, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import WRITERS, Command, lead
from task_assistant.domain.moves import closing
from task_assistant.domain.parking import source_closed, unexplained
from task_assistant.domain.plain import to_plain
from task_assistant.domain.records import Record, Step
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, Proposal, ReviewNeed, Status, Task

CREATABLE = (Status.BACKLOG, Status.BLOCKED, Status.WAITING_REVIEW)
STARTABLE = (Status.BACKLOG, Status.IN_PROGRESS)
FROM_SOURCE = ("title", "description", "due", "source_name", "source_url", "source_context")


def check_may_create(caller: Caller) -> None:
    """Raises RoleForbidden for a reader and for a key that was made for one claim."""
    if caller.role not in WRITERS or caller.task_id is not None:
        raise RoleForbidden(caller.role.value, "create tasks", "use an agent's, adapter's or owner's key")


def create(fields: dict[str, Any], caller: Caller, now: datetime) -> Step:
    """A new task (id given later by the store) from validated fields, within what the caller's role allows.

    An agent's or adapter's wish for `assignee: codex` or `review: optional` becomes a proposal, unless its key
    may assign.
    """
    check_may_create(caller)
    _check_limits(fields, caller)
    given = dict(fields)
    proposal = None if caller.owner or caller.may_assign else _proposal(given, caller)
    state = given.pop("source_state", None)
    task = Task(id=0, created_at=now, updated_at=now, created_by=caller.actor, proposal=proposal, **given)
    if task.agent is not None and task.assignee is not Owner.CODEX:
        raise invalid("agent", "only a task of codex can be meant for one agent")
    task = closing(task.having(source_state=state), task.status, now)
    if task.external_id is not None:
        task = task.having(ingested=fingerprints(task))
    task, records = _questioned(task, caller, now)
    return Step(task, EventType.CREATED, None, records)


def _questioned(task: Task, caller: Caller, now: datetime) -> tuple[Task, tuple[Record, ...]]:
    """A task that is blocked, or closed at its source, from the start gets the question that leads on."""
    if task.status in STARTABLE and task.source_state == "closed":
        task, record = source_closed(task, now)
    elif task.status is Status.BLOCKED:
        task, record = unexplained(task, caller.actor, now)
    else:
        return task, ()
    return task, (record,)


def _check_limits(fields: dict[str, Any], caller: Caller) -> None:
    status = fields.get("status", Status.BACKLOG)
    if not caller.owner and status not in CREATABLE:
        raise FieldForbidden(caller.role.value, f"status {status}", tuple(s.value for s in CREATABLE))
    origin = fields.get("origin", "manual")
    if caller.origins and origin not in caller.origins:
        raise OutsideKeyLimits("origins", caller.origins, origin)
    labels = fields.get("labels", ())
    outside = [label for label in labels if label not in caller.labels]
    if caller.labels and caller.role is Role.ADAPTER and outside:
        raise OutsideKeyLimits("labels", caller.labels, outside[0])


def _proposal(given: dict[str, Any], caller: Caller) -> Proposal | None:
    owner = given.pop("assignee") if given.get("assignee") is Owner.CODEX else None
    review = given.pop("review") if given.get("review") is ReviewNeed.OPTIONAL else None
    given.pop("agent", None)
    return Proposal(caller.actor, owner, review) if owner or review else None


# -- ingest ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an ingested item with a known external_id does to its task.

    `kind` says which list of the answer it joins.
    """

    kind: Literal["duplicate", "updated"]
    steps: tuple[Step, ...] = ()


NOTHING = hashlib.sha256(b"None").hexdigest()[:16]


def fingerprint(value: Any) -> str:
    """What an ingested field looked like, without keeping its text (a purge must leave no trace)."""
    return NOTHING if value is None else hashlib.sha256(repr(to_plain(value)).encode()).hexdigest()[:16]


def fingerprints(task: Task) -> dict[str, str]:
    """The source fields as ingested, to see later which of them somebody has edited since."""
    return {name: fingerprint(getattr(task, name)) for name in FROM_SOURCE}


def arrive_again(task: Task, item: dict[str, Any], caller: Caller, *, update: bool, now: datetime) -> Arrival:
    """A duplicate, or with `update` the source fields that nobody edited since, never under a claim.

    `source_state: "closed"` never closes the task: it stops new claims, tells the holder and asks the person. A deleted
    task stays as it is, and so does one that is none of this key's business.
    """
    if task.deleted_at is not None or not _within_reach(task, caller):
        return Arrival("duplicate")
    steps: list[Step] = []
    updatable = update and task.active and not task.held(now)
    fresh = _unedited(task, item) if updatable else {}
    after = task.having(**fresh)
    if fresh:
        after = after.having(ingested={**task.ingested, **{n: fingerprint(v) for n, v in fresh.items()}})
        lead(Command.SOURCE_UPDATE, caller.role, task)
        steps.append(Step(after, EventType.UPDATED_FROM_SOURCE))
    steps += _state_at_source(after, item.get("source_state"), caller, now)
    return Arrival("updated" if fresh else "duplicate", tuple(steps))


def _within_reach(task: Task, caller: Caller) -> bool:
    """An adapter's key reaches the tasks of its origins, so that a new one goes on where the replaced one stopped.

    A private task hears only from the key that brought it, and an agent's key reaches only what it created itself.
    """
    if caller.owner:
        return True
    if caller.origins and task.origin not in caller.origins:
        return False
    by_origin = caller.role is Role.ADAPTER and not task.private
    return by_origin or task.created_by == caller.actor


def _unedited(task: Task, item: dict[str, Any]) -> dict[str, Any]:
    given = {name: item[name] for name in FROM_SOURCE if name in item}
    changed = {name: value for name, value in given.items() if value != getattr(task, name)}
    return {
        name: v for name, v in changed.items() if task.ingested.get(name) == fingerprint(getattr(task, name))
    }


def _state_at_source(task: Task, state: str | None, caller: Caller, now: datetime) -> list[Step]:
    if state is None or state == task.source_state:
        return []
    known = task.having(source_state=state)
    target = lead(Command.SOURCE_CLOSE, caller.role, task)
    if state != "closed" or target is not Status.BLOCKED:
        return [Step(known, EventType.SOURCE_CLOSED if state == "closed" else EventType.UPDATED_FROM_SOURCE)]
    free, attempt = end(known, "source_closed", now)
    asked, record = source_closed(free, now)
    text = asked.question.text if asked.question else None
    return [Step(asked, EventType.SOURCE_CLOSED, text, (*attempt, record))]
