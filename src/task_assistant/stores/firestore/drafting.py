"""One try at a commit: read what it rests on, decide with the rules, and say the batch that writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.history import Event
from task_assistant.domain.purging import erased, external_digest
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict, Stale, Write
from task_assistant.stores.firestore import contents, layout, numbers, papers
from task_assistant.stores.firestore.batch import Batch, Stamp
from task_assistant.stores.firestore.edges import Edges
from task_assistant.stores.firestore.feed import EVENTS
from task_assistant.stores.firestore.gateway import Ask, Gateway
from task_assistant.stores.firestore.layout import TASKS, Stored, of_row
from task_assistant.stores.firestore.numbers import Numbers
from task_assistant.stores.firestore.stock import Stock

EXTERNAL = "external"
Names = dict[int, str]


@dataclass(slots=True)
class Draft:
    """What a commit will write. `before` may begin with tasks as they were read lately: the batch checks them."""

    gateway: Gateway
    changes: ChangeSet
    stock: Stock
    before: dict[int, Stored]
    careful: bool  # read also what is usually as expected: something was not
    batch: Batch = field(default_factory=Batch)
    after: dict[int, Task] = field(default_factory=dict)
    kept: dict[int, Stored] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    bases: set[int] = field(default_factory=set)
    marks: range = range(0)

    async def prepare(self, given: Numbers) -> None:
        """Fills the batch. Raises what the port names."""
        await self._read_named()
        documents = await self._expected_documents()
        self._stage(given)
        names = await self._external_ids()
        purged = self._purge_tasks()
        edges = Edges(self.gateway, self.before, self.after)
        await edges.settle()
        self.after = edges.after
        self._number_events(given)
        self._write_tasks(edges)
        self._write_names(names)
        await self._erase(purged)
        self._write_records(purged)
        self._write_events()
        self._write_documents(documents)
        self.stock.enter(self.batch, self.bases)

    # -- reading what the commit rests on ------------------------------------------------------------------------------

    async def _read_named(self) -> None:
        named = [write.task.id for write in self.changes.writes if write.expected is not None]
        missing = [i for i in (*named, *self.changes.purge) if i not in self.before]
        rows = await self.gateway.get_many(TASKS, map(numbers.key, missing))
        self.before.update((int(name), of_row(row)) for name, row in rows.items())
        for write in self.changes.writes:
            there = self.before.get(write.task.id)
            if write.expected is not None and (there is None or there.task.revision != write.expected):
                raise Stale(write.task.id)

    async def _expected_documents(self) -> dict[str, Stamp]:
        """The stamps of the documents that are there, of those about which something is expected."""
        asked = [d for d in self.changes.documents if d.expect != "any"]
        keys = {papers.document_key(d.kind, d.key): d for d in asked}
        rows = await self.gateway.get_many(papers.DOCUMENTS, keys)
        for key, document in keys.items():
            there = papers.live(rows.get(key), self.changes.now) is not None
            if there is not (document.expect == "present"):
                raise DocumentConflict(document.kind, document.key)
        return {key: row.seen for key, row in rows.items()}

    # -- deciding ------------------------------------------------------------------------------------------------------

    def _stage(self, given: Numbers) -> None:
        """The tasks as they shall be, but for the counts."""
        new = iter(given.take(sum(write.expected is None for write in self.changes.writes)))
        for write in self.changes.writes:
            task = self._inserted(write, next(new)) if write.expected is None else self._changed(write)
            self.ids.append(task.id)
            self.after[task.id] = task

    @staticmethod
    def _inserted(write: Write, task_id: int) -> Task:
        return write.task.having(id=task_id, revision=1, open_dependencies=0, unblocks=0)

    def _changed(self, write: Write) -> Task:
        was = self.before[write.task.id].task
        return write.task.having(
            revision=was.revision + 1, open_dependencies=was.open_dependencies, unblocks=was.unblocks
        )

    async def _external_ids(self) -> dict[str, int | None]:
        """The owners of the external ids that this commit gives or takes away. Raises ExternalIdTaken."""
        owners: dict[str, int | None] = {}
        for task in self.after.values():
            was = self.before[task.id].task.external_id if task.id in self.before else None
            if was is not None and was != task.external_id:
                owners.setdefault(external_digest(was), None)
        taken = {i: t.external_id for i, t in self.after.items() if t.external_id and not self._had(t)}
        known = (
            await self._claimed([external_digest(name) for name in taken.values()]) if self.careful else {}
        )
        for task_id, name in taken.items():
            digest = external_digest(name)
            owner = owners[digest] if digest in owners else known.get(digest)
            if owner is not None and owner != task_id:
                raise ExternalIdTaken(owner)
            owners[digest] = task_id
        return owners

    def _had(self, task: Task) -> bool:
        return task.id in self.before and self.before[task.id].task.external_id == task.external_id

    async def _claimed(self, digests: list[str]) -> dict[str, int]:
        rows = await self.gateway.get_many(EXTERNAL, digests)
        return {name: row.fields["task"] for name, row in rows.items()}

    def _purge_tasks(self) -> list[int]:
        """Erases the tasks to be purged, as far as there are any; those that were."""
        purged = [i for i in self.changes.purge if i in self.before]
        for i in purged:
            was, now = self.before[i].task, self.after.get(i, self.before[i].task)
            self.after[i] = erased(now, self.changes.now).having(
                revision=was.revision + 1, open_dependencies=was.open_dependencies, unblocks=was.unblocks
            )
        return purged

    def _number_events(self, given: Numbers) -> None:
        """All events of the commit in feed order, marked beyond every earlier event of its tasks."""
        told = [
            replace(event, task_id=task_id)
            for task_id, write in zip(self.ids, self.changes.writes, strict=True)
            for event in write.events
        ]
        self.events = [*told, *self.changes.events]
        self.marks = given.take(len(self.events), max((s.told for s in self.before.values()), default=0))

    # -- writing -------------------------------------------------------------------------------------------------------

    def _write_tasks(self, edges: Edges) -> None:
        told = {e.task_id: mark for e, mark in zip(self.events, self.marks, strict=True) if e.task_id}
        for task in self.after.values():
            was = self.before.get(task.id)
            workers = self._workers(task, was)
            mark = told.get(task.id, was.told if was else 0)
            self._write_task(Stored(task, workers, self.changes.now, mark, was.seen if was else None))
        for i, task in edges.counted.items():
            if task != self.before[i].task:
                self._write_task(replace(self.before[i], task=task))
        for i in edges.relied - self.kept.keys():
            relied = self.before[i]
            self.batch.change(TASKS, numbers.key(i), {"revision": relied.task.revision}, relied.seen)

    @staticmethod
    def _workers(task: Task, was: Stored | None) -> tuple[str, ...]:
        known = was.workers if was else ()
        return known if task.claim is None or task.claim.agent in known else (*known, task.claim.agent)

    def _write_task(self, stored: Stored) -> None:
        task = stored.task
        fields = layout.fields(task, stored.workers, stored.written_at, stored.told)
        self.bases.add(fields["base"])
        self.kept[task.id] = stored
        if stored.seen is None:
            self.batch.create(TASKS, numbers.key(task.id), fields)
        else:
            self.batch.change(TASKS, numbers.key(task.id), fields, stored.seen)

    def _write_names(self, owners: dict[str, int | None]) -> None:
        """An id that nobody had is created; one that changes hands within the commit is guarded by its old task."""
        released = {
            external_digest(s.task.external_id)
            for i, s in self.before.items()
            if i in self.after and s.task.external_id is not None
        }
        for digest, owner in owners.items():
            if owner is None:
                self.batch.drop(EXTERNAL, digest)
            elif digest in released:
                self.batch.put(EXTERNAL, digest, {"task": owner})
            else:
                self.batch.create(EXTERNAL, digest, {"task": owner})

    async def _erase(self, purged: list[int]) -> None:
        """Removes the files of purged tasks and the documents that name them, and empties their past events."""
        for i in purged:
            for key in await papers.file_keys(self.gateway, i):
                self.batch.drop(papers.RECORDS, key)
            for row in await self.gateway.query(Ask(EVENTS, (("task", "==", i),))):
                event = replace(contents.event(row.fields["body"], 0), changes={}, text=None)
                self.batch.change(EVENTS, row.key, {"body": contents.packed(event)}, None)
            named = Ask(papers.DOCUMENTS, (("tasks", "array_contains", i),))
            for row in await self.gateway.query(named):
                self.batch.drop(papers.DOCUMENTS, row.key)

    def _write_records(self, purged: list[int]) -> None:
        for task_id, write in zip(self.ids, self.changes.writes, strict=True):
            for record in write.records if task_id not in purged else ():
                papers.put_record(self.batch, task_id, record)

    def _write_events(self) -> None:
        for event, mark in zip(self.events, self.marks, strict=True):
            fields = {"body": contents.packed(event), "task": event.task_id, "mark": mark}
            self.batch.create(EVENTS, event.id, fields)

    def _write_documents(self, there: dict[str, Stamp]) -> None:
        for document in self.changes.documents:
            key = papers.document_key(document.kind, document.key)
            if document.data is None:
                self.batch.drop(papers.DOCUMENTS, key, there.get(key))
                continue
            fields = papers.document_fields(document, self._resolved(document))
            if key in there:
                self.batch.change(papers.DOCUMENTS, key, fields, there[key])
            elif document.expect == "any":
                self.batch.put(papers.DOCUMENTS, key, fields)
            else:
                self.batch.create(papers.DOCUMENTS, key, fields)

    def _resolved(self, document: Document) -> Iterator[int]:
        return (i if i > 0 else self.ids[-i - 1] for i in document.tasks)
