"""Bringing tasks in: one by one, or as a batch from a source that may be sent again without harm."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from task_assistant.domain import capture
from task_assistant.domain.errors import Busy, ExternalIdTaken, InvalidBatch, InvalidFields, Refusal, invalid
from task_assistant.domain.records import Step
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.store import Stale, Write
from task_assistant.services import recurring
from task_assistant.services.desk import TRIES, Desk

# The captures of a batch are judged before the answer while that takes no longer than this altogether, and at least so
# many of them; what is left right after it. A large batch must not become half as slow again.
JUDGING, JUDGED_AT_ONCE = timedelta(milliseconds=40), 100
BREATH = 50  # items between which others have a turn


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item of a partial batch that was not taken, by its index from 0."""

    index: int
    errors: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a batch, each list in input order. `hidden` are ids of duplicates that the caller may not read."""

    created: list[Task] = field(default_factory=list)
    duplicates: list[Task] = field(default_factory=list)
    updated: list[Task] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many of a batch would be created, found to be here, and brought up to date; and which would be rejected."""

    created: int
    duplicates: int
    updated: int
    rejected: list[Rejected]


@dataclass(frozen=True, slots=True)
class Batch:
    """Items to ingest with validated fields (domain names and types), by their index in what was sent.

    `judging` is for how long the answer may wait for assessments.
    """

    items: Sequence[tuple[int, dict[str, Any]]]
    update: bool = False
    partial: bool = False
    rejected: Sequence[Rejected] = ()
    judging: timedelta = JUDGING


class Capture:
    """Creates and ingests."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, caller: Caller, fields: dict[str, Any]) -> Task:
        """A new task.

        Raises RoleForbidden, FieldForbidden, OutsideKeyLimits, ExternalIdTaken, InvalidFields, DependencyCycle.
        """
        fields = await recurring.settled(self._desk, fields)
        step = capture.create(fields, caller, self._desk.now())
        await self._check_dependencies(caller, fields)
        external_id = step.task.external_id
        if external_id is not None:
            known = await self._desk.store.by_external_ids([external_id])
            if external_id in known:
                raise ExternalIdTaken(known[external_id].id)
        committed = await self._desk.commit(caller, self._desk.write(caller, None, [step]))
        return committed.tasks[0]

    async def _check_dependencies(self, caller: Caller, fields: dict[str, Any]) -> None:
        needed = fields.get("depends_on", ())
        check_there(needed, await known_to(self._desk, caller, needed))

    async def ingest(self, caller: Caller, batch: Batch) -> Ingested:
        """The whole batch in one transaction: new items created, known ones (by external_id only) left or updated.

        Raises InvalidBatch naming the first bad index, unless the batch is partial; RoleForbidden.
        """
        capture.check_may_create(caller)
        for _ in range(TRIES):
            plan = _Plan(self._desk, caller, batch)
            await plan.make()
            try:
                return await plan.commit()
            except (Stale, ExternalIdTaken):
                continue  # somebody wrote one of them meanwhile: look again
        raise Busy

    async def foresee(self, caller: Caller, batch: Batch) -> Foreseen:
        """What `ingest` would do with the batch now, without doing it. Raises what it does."""
        capture.check_may_create(caller)
        plan = _Plan(self._desk, caller, batch)
        await plan.make()
        kinds = Counter(kind for kind, _ in plan.places)
        return Foreseen(kinds["created"], kinds["duplicate"], kinds["updated"], plan.rejected)


async def known_to(desk: Desk, caller: Caller, needed: Collection[int]) -> set[int]:
    """Which of these tasks a new one may depend on: not deleted, and such that the caller may read or made.

    Whoever claims the new task is told how they went, so a key must not choose what it may not read. Private tasks
    exist for the person only.
    """
    if not needed:
        return set()
    found = (await desk.store.get_many(needed)).values()
    there = [task for task in found if not task.deleted_at and (caller.owner or not task.private)]
    readable = await desk.visible(sight(caller), there, desk.now())
    made = [task for task in there if task.created_by == caller.actor]
    return {task.id for task in (*readable, *made)}


def check_there(needed: Iterable[int], there: set[int]) -> None:
    """Raises InvalidFields for the first dependency that there is not."""
    unknown = sorted(set(needed) - there)
    if unknown:
        raise invalid("depends_on", f"there is no task {unknown[0]}")


class _Plan:
    """One try at a batch: which items create, repeat or update, then one commit."""

    def __init__(self, desk: Desk, caller: Caller, batch: Batch) -> None:
        self.desk, self.caller, self.batch = desk, caller, batch
        self.writes: list[Write] = []
        self.rejected = list(batch.rejected)
        # what each item refers to: an index into `writes`, or a task that is not written
        self.places: list[tuple[str, int | Task]] = []
        self.by_external_id: dict[str, int] = {}
        self.there: set[int] = set()
        self.spent, self.owing = timedelta(0), False  # on judging; whether some are not judged yet

    async def make(self) -> None:
        ids = [item["external_id"] for _, item in self.batch.items if item.get("external_id")]
        known = await self.desk.store.by_external_ids(ids)
        needed = {id_ for _, item in self.batch.items for id_ in item.get("depends_on", ())}
        self.there = await known_to(self.desk, self.caller, needed)
        for n, (index, item) in enumerate(self.batch.items, 1):
            if n % BREATH == 0:
                await asyncio.sleep(0)
            try:
                self._place(await recurring.settled(self.desk, item), known)
            except Refusal as refusal:
                self._reject(index, refusal)

    def _place(self, item: dict[str, Any], known: dict[str, Task]) -> None:
        external_id = item.get("external_id")
        if external_id in self.by_external_id:
            self.places.append(("duplicate", self.by_external_id[external_id]))
        elif external_id in known:
            self._repeat(known[external_id], item)
        else:
            check_there(item.get("depends_on", ()), self.there)
            step = capture.create(item, self.caller, self.desk.now())
            self._remember(external_id, "created", self._judged(step))

    def _judged(self, step: Step) -> Write:
        """The write of a new task, with its assessment while there is time for it."""
        if self.spent >= self.batch.judging and len(self.writes) >= JUDGED_AT_ONCE:
            self.owing = True
            return self.desk.write(self.caller, None, [step], judge_later=True)
        began = self.desk.now()
        write = self.desk.write(self.caller, None, [step])
        self.spent += self.desk.now() - began
        return write

    def _repeat(self, task: Task, item: dict[str, Any]) -> None:
        arrival = capture.arrive_again(task, item, self.caller, update=self.batch.update, now=self.desk.now())
        if arrival.steps:
            self._remember(task.external_id, arrival.kind, self.desk.write(self.caller, task, arrival.steps))
        else:
            self.places.append((arrival.kind, task))

    def _remember(self, external_id: str | None, kind: str, write: Write) -> None:
        if external_id is not None:
            self.by_external_id[external_id] = len(self.writes)
        self.places.append((kind, len(self.writes)))
        self.writes.append(write)

    def _reject(self, index: int, refusal: Refusal) -> None:
        """A field that is wrong names its index; what the key may not do at all stays a refusal of the whole batch."""
        if isinstance(refusal, InvalidFields):
            errors = refusal.errors
        elif self.batch.partial:
            errors = ({"field": str(refusal.facts().get("field", "task")), "message": str(refusal)},)
        else:
            raise refusal
        if not self.batch.partial:
            raise InvalidBatch(index, errors)
        self.rejected.append(Rejected(index, errors))

    async def commit(self) -> Ingested:
        written: tuple[Task, ...] = ()
        if self.writes or self.caller.once:
            written = (await self.desk.commit(self.caller, *self.writes)).tasks
            if self.owing:
                self.desk.assessor.owing.set()
        answer = Ingested(rejected=sorted(self.rejected, key=lambda bad: bad.index))
        lists = {"created": answer.created, "duplicate": answer.duplicates, "updated": answer.updated}
        for kind, place in self.places:
            lists[kind].append(written[place] if isinstance(place, int) else place)
        return await self._hide(answer)

    async def _hide(self, answer: Ingested) -> Ingested:
        repeated = [*answer.duplicates, *answer.updated]
        shown = await self.desk.visible(sight(self.caller), repeated, self.desk.now())
        hidden = frozenset(task.id for task in repeated) - frozenset(task.id for task in shown)
        return Ingested(answer.created, answer.duplicates, answer.updated, answer.rejected, hidden)
