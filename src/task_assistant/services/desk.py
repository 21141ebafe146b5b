"""What every use case works with, and the one way in which a task is read, changed and told about."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from task_assistant.domain.errors import Busy, TaskNotFound, VersionMismatch
from task_assistant.domain.history import Event, EventType, changes
from task_assistant.domain.parking import Limits
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller, Once
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import Sight, sees, sight
from task_assistant.ports.clock import Clock, Secrets
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, Committed, DocumentConflict, Stale, Store, Write
from task_assistant.services.assessor import Assessor
from task_assistant.services.instances import with_next
from task_assistant.services.rests import Rests

TRIES = 50
REMEMBERED = timedelta(hours=24)
Decide = Callable[[Task], Awaitable[Sequence[Step]]]
Versions = frozenset[int] | None


class AlreadyDone(Exception):
    """The same Idempotency-Key has been used by a request that is done or under way: look its answer up."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the clock, secrets, after how much trying a task is parked, who judges, when the server may work."""

    store: Store
    clock: Clock
    secrets: Secrets
    most: Limits = field(default_factory=Limits)
    assessor: Assessor = field(default_factory=Assessor)
    rests: Rests = field(default_factory=Rests)

    def now(self) -> datetime:
        """The time of this use case."""
        return self.clock.now()

    async def see(self, caller: Caller, task_id: int) -> Task:
        """The task if this caller may read it. Raises TaskNotFound otherwise, whether or not there is one."""
        task = await self.store.get(task_id)
        if task is None or not await self.may_see(caller, task):
            raise TaskNotFound(task_id)
        return task

    async def may_see(self, caller: Caller, task: Task) -> bool:
        """The reading rule of the caller's role for one task."""
        limits = sight(caller)
        worked = bool(limits.worker and await self.store.worked_on(limits.worker, [task.id]))
        return sees(limits, task, self.now(), worked_on=worked)

    async def visible(self, limits: Sight, tasks: Sequence[Task], now: datetime) -> list[Task]:
        """Those of the tasks that these limits let through."""
        ids = [task.id for task in tasks]
        worked = await self.store.worked_on(limits.worker, ids) if limits.worker else set()
        return [task for task in tasks if sees(limits, task, now, worked_on=task.id in worked)]

    async def change(
        self, caller: Caller, task_id: int, decide: Decide, versions: Versions = None,
        documents: Sequence[Document] = (),
    ) -> Task:  # fmt: skip
        """Reads the task, lets `decide` say the steps, and commits them; again from the start if somebody was faster.

        `versions` (If-Match) are those that may be changed; `documents` are written with the task. Raises TaskNotFound,
        VersionMismatch, what `decide` raises, DocumentConflict, and Busy after many collisions.
        """
        for _ in range(TRIES):
            task = await self.see(caller, task_id)
            check_version(task, versions)
            steps = await decide(task)
            if not steps:
                return task
            try:
                written = self.write(caller, task, steps)
                return (await self.commit(caller, written, documents=documents)).tasks[0]
            except Stale:
                continue
        raise Busy

    def write(
        self, caller: Caller, before: Task | None, steps: Sequence[Step], *, judge_later: bool = False
    ) -> Write:
        """The steps as one write: the last task with its new version, an event for each step that has one."""
        now = self.now()
        final, version = self.assessor.assessed(before, steps[-1].task, now, later=judge_later), 1
        if before is not None:
            version = before.version + any(step.type is not None for step in steps)
            final = final.having(
                version=version, updated_at=now if version > before.version else before.updated_at
            )
        events = []
        last = before
        for step in steps:
            if step.type is not None:
                events.append(self._event(caller, last, step, step.type, version))
            last = step.task
        records = tuple(record for step in steps for record in step.records)
        return Write(final, before.revision if before else None, tuple(events), records)

    def _event(self, caller: Caller, before: Task | None, step: Step, kind: EventType, version: int) -> Event:
        now = self.now()
        by_server = step.actor is not None
        return Event(
            id=self.secrets.event_id(now), type=kind, actor=step.actor or caller.actor,
            via="system" if by_server else caller.via, at=now, task_id=step.task.id, version=version,
            changes={**changes(before, step.task), **step.extra}, text=step.text, undoes=step.undoes,
            request_id=caller.request_id, lesson=self.assessor.lesson(caller, before, step),
        )  # fmt: skip

    def board_event(self, caller: Caller, kind: EventType, text: str) -> Event:
        """An event of no task: keys, pauses, sources."""
        now = self.now()
        return Event(
            self.secrets.event_id(now),
            kind,
            caller.actor,
            caller.via,
            now,
            text=text,
            request_id=caller.request_id,
        )

    async def commit(
        self, caller: Caller, *writes: Write, events: Sequence[Event] = (), documents: Sequence[Document] = ()
    ) -> Committed:
        """Commits all or nothing, with the mark of the caller's Idempotency-Key. Raises Stale, AlreadyDone.

        Closing an instance of a recurring task makes the next one in the same commit; its write is the last.
        """
        all_, more = await with_next(self.store, self.now(), self.write, writes)
        return await self.put(caller, ChangeSet(self.now(), tuple(all_), tuple(events), (*documents, *more)))

    async def put(self, caller: Caller, change_set: ChangeSet) -> Committed:
        """Commits a ready change set, with the mark of the caller's Idempotency-Key."""
        with self.once_only():
            return await self.store.commit(self.marked(caller, change_set))

    @contextmanager
    def once_only(self) -> Iterator[None]:
        """Turns the clash of two marks into AlreadyDone."""
        try:
            yield
        except DocumentConflict as conflict:
            if conflict.kind != "answer":
                raise
            raise AlreadyDone from conflict

    async def check_not_done(self, caller: Caller) -> None:
        """Raises AlreadyDone when a twin of this request was faster: then what looks like a refusal is its doing."""
        if caller.once is None:
            return
        if await self.store.document("answer", once_key(caller, caller.once), self.now()) is not None:
            raise AlreadyDone

    def marked(self, caller: Caller, change_set: ChangeSet) -> ChangeSet:
        """The change set with the mark that lets this request happen once only."""
        if caller.once is None:
            return change_set
        ids = tuple(
            w.task.id if w.expected is not None else -(i + 1) for i, w in enumerate(change_set.writes)
        )
        data = {"request": caller.once.request, "answer": None}
        mark = Document(
            "answer",
            once_key(caller, caller.once),
            data,
            expect="absent",
            expires_at=change_set.now + REMEMBERED,
            tasks=ids,
        )
        return replace(change_set, documents=(*change_set.documents, mark))


def once_key(caller: Caller, once: Once) -> str:
    """Where the answer to this credential's Idempotency-Key is kept."""
    return hashlib.sha256(f"{caller.credential}\n{once.key}".encode()).hexdigest()


def check_version(task: Task, versions: Versions) -> None:
    """Raises VersionMismatch unless the task's version is among those that If-Match named."""
    if versions is not None and task.version not in versions:
        expected = ", ".join(str(version) for version in sorted(versions)) or "none"
        raise VersionMismatch(task.id, expected, task.version)
