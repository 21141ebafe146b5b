"""Who may see which task: the reading rules of the roles, written once for single tasks, lists and the event feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.lanes import lane
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Lane, Task


@dataclass(frozen=True, slots=True)
class Sight:
    """What a credential may read; a store filters by it, `sees` is the same rule for one task.

    `lanes` None = every lane and the closed tasks. `worker` also sees what it has worked on, `creator` only
    what it made. Empty `labels`/`origins` do not limit. `task_id` limits to one task.
    """

    private: bool = False
    lanes: frozenset[Lane] | None = None
    worker: str | None = None
    creator: str | None = None
    labels: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    task_id: int | None = None


def sight(caller: Caller) -> Sight:
    """What the caller's role and key allow.

    Owner: everything. Reader: all but private. Agent: lane agent (triage with may_triage) and tasks it has worked on.
    Adapter: only what it ingested. An agent's limits by label and origin also narrow what it reads.
    """
    if caller.role in (Role.OWNER, Role.SYSTEM):
        return Sight(private=True)
    if caller.role is Role.READER:
        return Sight(labels=frozenset(caller.labels), origins=frozenset(caller.origins))
    if caller.role is Role.ADAPTER:
        return Sight(creator=caller.actor)
    lanes = {Lane.AGENT, Lane.TRIAGE} if caller.may_triage else {Lane.AGENT}
    labels, origins = frozenset(caller.labels), frozenset(caller.origins)
    return Sight(
        lanes=frozenset(lanes), worker=caller.name, labels=labels, origins=origins, task_id=caller.task_id
    )


def sees(limits: Sight, task: Task, now: datetime, *, worked_on: bool) -> bool:
    """True when a credential with these limits may read the task; `worked_on` = its agent has held the task before.

    Having worked on a task outweighs limits by label and origin, never privacy.
    """
    if task.deleted_at is not None or (task.private and not limits.private):
        return False
    if limits.task_id is not None and task.id != limits.task_id:
        return False
    if limits.creator is not None:
        return task.created_by == limits.creator
    if limits.worker is not None and worked_on:
        return True
    return within(limits, task) and (limits.lanes is None or lane(task, now) in limits.lanes)


def within(limits: Sight, task: Task) -> bool:
    """True when a key limited by labels or origins may have to do with the task."""
    by_label = not limits.labels or not limits.labels.isdisjoint(task.labels)
    return by_label and (not limits.origins or task.origin in limits.origins)
