"""One task with everything that belongs to it, as the person looks at it: its file, history and neighbours.

A fixed number of reads, however long its history and however large the board.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from task_assistant.domain.errors import TaskNotFound
from task_assistant.domain.history import Event
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Task
from task_assistant.services.desk import Desk

KINDS: tuple[RecordKind, ...] = ("question", "result", "feedback", "attempt", "comment")
ENTRIES = 20  # of each kind in the file
EVENTS = 20
NEIGHBOURS = 50


@dataclass(frozen=True, slots=True)
class Dossier:
    """Newest first. `more_events` says whether the history goes on before the last event; `more` likewise by kind.

    `waits_for` are the task's dependencies in their order, also closed and deleted ones; `waited_for_by` the active
    tasks that depend on it.
    """

    task: Task
    records: dict[RecordKind, tuple[Record, ...]] = field(default_factory=dict)
    more: frozenset[RecordKind] = frozenset()
    events: tuple[Event, ...] = ()
    more_events: bool = False
    waits_for: tuple[Task, ...] = ()
    waited_for_by: tuple[Task, ...] = ()


class Dossiers:
    """Reads them for the person, deleted tasks included, whose history says how to bring them back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(self, caller: Caller, task_id: int) -> Dossier:
        """Raises TaskNotFound, also for everybody who is not the person."""
        task = await self._task(caller, task_id)
        records = await self._desk.store.records(task_id, KINDS, ENTRIES + 1)
        by_kind = {kind: tuple(r for r in records if r.kind == kind) for kind in KINDS}
        events = await self._desk.store.latest_events(task_id, None, EVENTS + 1)
        dependents = (await self._desk.store.dependents(task_id))[:NEIGHBOURS]
        near = await self._desk.store.get_many({*task.depends_on, *dependents})
        return Dossier(
            task,
            {kind: found[:ENTRIES] for kind, found in by_kind.items()},
            frozenset(kind for kind, found in by_kind.items() if len(found) > ENTRIES),
            tuple(events[:EVENTS]),
            len(events) > EVENTS,
            tuple(near[n] for n in task.depends_on if n in near),
            tuple(near[n] for n in dependents if n in near and near[n].active),
        )

    async def older_events(self, caller: Caller, task_id: int, before: int) -> Dossier:
        """The task with the events before that `seq`, and nothing else. Raises TaskNotFound."""
        task = await self._task(caller, task_id)
        events = await self._desk.store.latest_events(task_id, before, EVENTS + 1)
        return Dossier(task, events=tuple(events[:EVENTS]), more_events=len(events) > EVENTS)

    async def older(self, caller: Caller, task_id: int, kind: RecordKind, most: int) -> Dossier:
        """The task with its newest `most` entries of one kind, and nothing else. Raises TaskNotFound."""
        task = await self._task(caller, task_id)
        found = await self._desk.store.records(task_id, [kind], most + 1)
        more = frozenset({kind}) if len(found) > most else frozenset[RecordKind]()
        return Dossier(task, {kind: tuple(found[:most])}, more)

    async def artifact(self, caller: Caller, task_id: int, n: int) -> tuple[Task, Record]:
        """One artifact with its text, and its task. Raises TaskNotFound for either."""
        task = await self._task(caller, task_id)
        record = await self._desk.store.record(task_id, "artifact", n)
        if record is None or record.data is None:
            raise TaskNotFound(task_id)
        return task, record

    async def _task(self, caller: Caller, task_id: int) -> Task:
        task = await self._desk.store.get(task_id)
        if task is None or not caller.owner or task.purged:
            raise TaskNotFound(task_id)
        return task
