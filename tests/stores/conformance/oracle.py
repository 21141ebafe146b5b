"""The oracle: a list of tasks and, for every question, a plain comprehension over it. Shares no line with any store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from task_assistant.domain import lanes
from task_assistant.domain.calendar import dated_at
from task_assistant.domain.history import Event
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.purging import erased
from task_assistant.domain.ranking import DueBand, due_band
from task_assistant.domain.reminders import due_for_reminder, remind_at
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.domain.visibility import Sight, sees
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import Tally, TimeBand

DAY = timedelta(hours=24)
FIRST = datetime.min.replace(tzinfo=UTC)


@dataclass
class Oracle:
    """What a store must know after the same story. Tasks are kept as they were written, without what is derived."""

    rows: list[Task] = field(default_factory=list)
    written: dict[int, datetime] = field(default_factory=dict)
    worked: set[tuple[str, int]] = field(default_factory=set)
    external: dict[str, int] = field(default_factory=dict)
    feed: list[Event] = field(default_factory=list)
    documents: dict[str, tuple[Any, datetime | None, tuple[int, ...]]] = field(default_factory=dict)
    records: dict[tuple[int, str, int], tuple[Any, str | None]] = field(default_factory=dict)

    # -- being told ----------------------------------------------------------------------------------------------------

    def put(self, task: Task, now: datetime) -> None:
        """The task was written at `now`."""
        before = {name for name, there in self.external.items() if there == task.id}
        for name in before - {task.external_id} if not task.purged else ():
            del self.external[name]
        if task.external_id is not None:
            self.external[task.external_id] = task.id
        if task.claim is not None:
            self.worked.add((task.claim.agent, task.id))
        self.rows = [row for row in self.rows if row.id != task.id] + [task]
        self.written[task.id] = now

    def tell(self, *events: Event) -> None:
        """These events were committed."""
        self.feed += events

    def purge(self, task_id: int, now: datetime) -> None:
        """The task's texts were erased at `now`; what happened later is told afterwards."""
        self.rows = [erased(row, now) if row.id == task_id else row for row in self.rows]
        self.feed = [replace(e, changes={}, text=None) if e.task_id == task_id else e for e in self.feed]
        self.documents = {k: kept for k, kept in self.documents.items() if task_id not in kept[2]}
        self.records = {k: kept for k, kept in self.records.items() if k[0] != task_id}

    # -- being asked ---------------------------------------------------------------------------------------------------

    def tasks(self) -> list[Task]:
        """All tasks with their counts, each counted anew from the whole list."""
        active = {row.id for row in self.rows if row.active}
        counted = []
        for row in self.rows:
            waiting = [other.id for other in self.rows if other.id in active and row.id in other.depends_on]
            holding = active.intersection(row.depends_on)
            counted.append(
                row.having(
                    revision=0,
                    open_dependencies=len(holding),
                    unblocks=len(waiting) if row.id in active else 0,
                )
            )
        return counted

    def active(self) -> list[Task]:
        """All active tasks."""
        return [task for task in self.tasks() if task.active]

    def task(self, task_id: int) -> Task:
        """One of them."""
        return next(task for task in self.tasks() if task.id == task_id)

    def visible(self, sight: Sight, now: datetime) -> list[Task]:
        """What the credential may read."""
        return [t for t in self.tasks() if sees(sight, t, now, worked_on=(sight.worker, t.id) in self.worked)]

    def find(self, query: Query) -> list[Task]:
        """What the query means, by its docstring."""
        hits = [t for t in self.visible(query.sight, query.now) if _shown(query, t) and _meant(query, t)]
        sort = query.sort or (Sort.CREATED if query.text is not None else Sort.SMART)
        hits.sort(key=lambda task: key(task, sort, query.now))
        behind = (task for task in hits if query.after is None or key(task, sort, query.now) > query.after)
        return list(islice(behind, query.offset, query.offset + query.limit))

    def tally(self, now: datetime, *, private: bool) -> Tally:
        """One count after the other."""
        tasks = [task for task in self.active() if private or not task.private]
        return Tally(
            active=len(tasks),
            overdue=len([t for t in tasks if t.due_at <= now]),
            due_soon=len([t for t in tasks if now < t.due_at and t.due_at - now <= DAY]),
            unassigned=len([t for t in tasks if t.assignee is Owner.UNASSIGNED]),
            working=len([t for t in tasks if t.held(now)]),
            lanes={lane: len([t for t in tasks if lanes.lane(t, now) is lane]) for lane in Lane},
        )

    def turns(self) -> set[datetime]:
        """Every time at which some active task changes its band or lane by itself."""
        active = self.active()
        due = {task.due_at for task in active}
        ends = {task.claim.expires_at for task in active if task.claim}
        deferrals = {task.deferred_until for task in active if task.deferred_until}
        return due | {at - DAY for at in due if at - FIRST >= DAY} | ends | deferrals

    def time_band(self, now: datetime) -> TimeBand:
        """The nearest of the turns on both sides."""
        turns = self.turns()
        past, coming = {at for at in turns if at <= now}, {at for at in turns if at > now}
        return TimeBand(max(past) if past else None, min(coming) if coming else None)

    def woken(self, now: datetime) -> list[Task]:
        """Active tasks of which a lease or a deferral ran when they were written, and has ended since."""
        found = []
        for task in self.active():
            ends = [task.claim.expires_at if task.claim else None, task.deferred_until]
            since = [at for at in ends if at is not None and self.written[task.id] < at <= now]
            found += [(min(since), task.id, task)] if since else []
        return [task for _, _, task in sorted(found, key=lambda each: each[:2])]

    def due_reminders(self, now: datetime, sight: Sight) -> list[Task]:
        """Who is due, earliest first."""
        due = [task for task in self.visible(sight, now) if due_for_reminder(task, now)]
        return sorted(due, key=lambda task: (remind_at(task), task.id))

    def dated(self, since: datetime, sight: Sight) -> list[Task]:
        """Who has a date of its own from then on, earliest first."""
        dated = [(dated_at(task), task) for task in self.visible(sight, since)]
        kept = [(at, task.id, task) for at, task in dated if at is not None and at >= since]
        return [task for _, _, task in sorted(kept, key=lambda each: each[:2])]

    def wanted(self, wanted: Wanted) -> list[Task]:
        """What this agent may be given, best ranked first."""
        found = [t for t in self.active() if lanes.claimable(t, wanted.now) and _fits(wanted, t)]
        return sorted(found, key=lambda task: key(task, Sort.SMART, wanted.now))

    def held_by(self, agent: str | None, now: datetime) -> list[Task]:
        """Live claims, oldest first."""
        held = [(t.claim.claimed_at, t.id, t) for t in self.active() if t.claim and t.held(now)]
        ordered = sorted(held, key=lambda each: each[:2])
        return [task for _, _, task in ordered if task.claim and agent in (None, task.claim.agent)]

    def document(self, name: str, now: datetime) -> Any:
        """The data of the document, None when there is none or it has expired."""
        data, expires_at, _ = self.documents.get(name, (None, None, ()))
        return None if expires_at is not None and expires_at <= now else data


def _shown(query: Query, task: Task) -> bool:
    if query.statuses:
        return task.status in query.statuses
    return task.active or query.include_closed


def _meant(query: Query, task: Task) -> bool:
    text = " ".join((task.title, task.description or "", task.source_context or "")).lower().split()
    conditions = {
        "lane": not query.lanes or lanes.lane(task, query.now) in query.lanes,
        "assignee": query.assignee in (None, task.assignee),
        "due": query.due is None or _band(task, query.now) is query.due,
        "origin": query.origin in (None, task.origin),
        "priority": query.priority in (None, task.priority),
        "label": query.label is None or query.label in task.labels,
        "text": query.text is None or all(word in text for word in query.text.lower().split()),
    }
    return all(conditions.values())


def _band(task: Task, now: datetime) -> DueBand:
    return due_band(task.due_at, now)


def _fits(wanted: Wanted, task: Task) -> bool:
    said = task.declined
    passed = (
        said is not None
        and said.agent == wanted.agent
        and wanted.now < said.until
        and task.version == said.version
    )
    labels, keys = wanted.labels, wanted.key_labels
    return not passed and all(
        (
            wanted.private or not task.private,
            task.agent is None or task.agent == wanted.agent,
            not keys or bool(keys & set(task.labels)),
            not labels or bool(labels & set(task.labels)),
            not wanted.key_origins or task.origin in wanted.key_origins,
            wanted.origin is None or task.origin == wanted.origin,
        )
    )
