"""What is asked of a store: a window on tasks, or the next one for an agent; and what fits it, for every store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from task_assistant.domain.lanes import claimable, lane
from task_assistant.domain.ordering import Key, Sort
from task_assistant.domain.ranking import DueBand, due_band
from task_assistant.domain.task import CLOSED, Lane, Owner, Status, Task
from task_assistant.domain.visibility import Sight

SEARCH_SORTED = 1_000


@dataclass(frozen=True, slots=True)
class Query:
    """A window on the tasks that `sight` allows. Deleted tasks are never in it.

    Closed tasks only with `include_closed` or when `statuses` names them. `text` searches in full text: newest first
    when `sort` is None, else the sort is applied to the newest SEARCH_SORTED hits. `sort` None without `text` = smart.
    `after` is the key of the last row seen (domain.ordering) at the same `now`; `offset` is counted after it.
    """

    now: datetime
    sight: Sight
    limit: int
    statuses: frozenset[Status] = frozenset()
    lanes: frozenset[Lane] = frozenset()
    assignee: Owner | None = None
    due: DueBand | None = None
    origin: str | None = None
    label: str | None = None
    priority: int | None = None
    text: str | None = None
    include_closed: bool = False
    sort: Sort | None = None
    after: Key | None = None
    offset: int = 0

    def fits(self, task: Task) -> bool:
        """Whether the filters let it through; what `sight` allows and `text` finds is asked apart."""
        named = (
            task.status in self.statuses
            if self.statuses
            else self.include_closed or task.status not in CLOSED
        )
        return (
            named
            and (not self.lanes or lane(task, self.now) in self.lanes)
            and (self.assignee is None or task.assignee is self.assignee)
            and (self.origin is None or task.origin == self.origin)
            and (self.label is None or self.label in task.labels)
            and self.priority in (None, task.priority)
            and (self.due is None or due_band(task.due_at, self.now) is self.due)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `claim_next` looks for: claimable, not private, `agent` None or this agent, and within the limits.

    `key_labels`/`key_origins` are the key's limits, `labels`/`origin` the request's wish (any of the labels). A task
    that `agent` declined is passed over until then, unless its version has changed since.
    """

    now: datetime
    agent: str
    private: bool = False
    key_labels: frozenset[str] = frozenset()
    key_origins: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    origin: str | None = None

    def fits(self, task: Task) -> bool:
        """Whether it is what is looked for, but for what the agent declined."""
        return (
            claimable(task, self.now)
            and (self.private or not task.private)
            and task.agent in (None, self.agent)
            and all(
                not limit or not limit.isdisjoint(task.labels) for limit in (self.key_labels, self.labels)
            )
            and (not self.key_origins or task.origin in self.key_origins)
            and self.origin in (None, task.origin)
        )

    def declined(self, task: Task) -> bool:
        """Whether the agent declined it, and neither time nor a change has lifted that."""
        no = task.declined
        if no is None or no.agent != self.agent:
            return False
        return self.now < no.until and no.version == task.version
