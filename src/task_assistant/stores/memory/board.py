"""Everything that the memory store knows, in dicts, and the only functions that change it; none of them can fail."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from task_assistant.domain import dependencies
from task_assistant.domain.history import Event
from task_assistant.domain.purging import erased, external_digest
from task_assistant.domain.records import Record, RecordKind
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document

File = dict[RecordKind, dict[int, Record]]


@dataclass
class Board:
    """The tables. The feed is in the order of `seq`, with gaps where it was loaded; `histories` holds each task's seqs.

    The rest is named by what it maps.
    """

    tasks: dict[int, Task] = field(default_factory=dict)
    written_at: dict[int, datetime] = field(default_factory=dict)
    external: dict[str, int] = field(default_factory=dict)
    dependents: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    worked_on: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    files: dict[int, File] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    feed: list[Event] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)
    histories: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, dict[str, Document]] = field(default_factory=lambda: defaultdict(dict))
    last_id: int = 0

    @property
    def position(self) -> int:
        """The highest `seq`, 0 when there is none."""
        return self.feed[-1].seq if self.feed else 0

    def after(self, seq: int) -> int:
        """The place in the feed of the first event beyond this number."""
        return bisect_left(self.feed, seq + 1, key=lambda event: event.seq)

    def told(self, seq: int) -> Event:
        """The event with this number."""
        return self.feed[self.after(seq - 1)]

    def put(self, task: Task, now: datetime) -> None:
        """Stores a named write and the indexes that follow from it; `recount` puts the derived counts right."""
        before = self.tasks.get(task.id)
        self._index(before, task)
        counted = {"open_dependencies": 0, "unblocks": 0} if before is None else _counts(before)
        self.last_id = max(self.last_id, task.id)
        self.tasks[task.id] = task.having(revision=1 if before is None else before.revision + 1, **counted)
        self.written_at[task.id] = now

    def _index(self, before: Task | None, task: Task) -> None:
        if before is not None and before.external_id is not None:
            self.external.pop(external_digest(before.external_id), None)
        if task.external_id is not None:
            self.external[external_digest(task.external_id)] = task.id
        for there in before.depends_on if before is not None else ():
            self.dependents[there].discard(task.id)
        for there in task.depends_on:
            self.dependents[there].add(task.id)
        if task.claim is not None:
            self.worked_on[task.claim.agent].add(task.id)

    def recount(self, ids: Iterable[int]) -> None:
        """Sets the derived counts of these tasks; who changed may name too many."""
        for task_id in ids:
            task = self.tasks[task_id]
            holding = dependencies.open_dependencies(self.tasks[there] for there in task.depends_on)
            waiting = dependencies.unblocks(task, (self.tasks[there] for there in self.dependents[task_id]))
            self.tasks[task_id] = task.having(open_dependencies=holding, unblocks=waiting)

    def append(self, event: Event) -> Event:
        """Gives the event its place at the end of the feed."""
        return self.enter(replace(event, seq=self.position + 1))

    def enter(self, placed: Event) -> Event:
        """Puts an event that has its number at the end of the feed."""
        self.feed.append(placed)
        self.seqs[placed.id] = placed.seq
        if placed.task_id is not None:
            self.histories[placed.task_id].append(placed.seq)
        return placed

    def file(self, task_id: int, record: Record) -> None:
        """Writes, replaces or (without data) removes one record."""
        if record.data is None:
            self.files[task_id][record.kind].pop(record.n, None)
        else:
            self.files[task_id][record.kind][record.n] = replace(record, data=plain(record.data))

    def put_document(self, document: Document) -> None:
        """Writes, replaces or (without data) removes one document."""
        if document.data is None:
            self.documents[document.kind].pop(document.key, None)
        else:
            self.documents[document.kind][document.key] = replace(
                document, data=plain(document.data), expect="any"
            )

    def purge(self, task_id: int, now: datetime, *, before: int) -> None:
        """Erases the task's texts wherever they are; events of the feed up to `before` lose their contents."""
        rest = erased(self.tasks[task_id], now)
        self.tasks[task_id] = rest.having(
            revision=rest.revision + 1
        )  # who read the texts cannot write them back
        self.files.pop(task_id, None)
        for seq in self.histories[task_id]:
            if seq <= before:
                self.feed[self.after(seq - 1)] = replace(self.told(seq), changes={}, text=None)
        for kind in self.documents.values():
            for key in [key for key, document in kind.items() if task_id in document.tasks]:
                del kind[key]


def _counts(task: Task) -> dict[str, int]:
    return {"open_dependencies": task.open_dependencies, "unblocks": task.unblocks}


def plain(data: Any) -> Any:
    """A copy by way of JSON: what goes in comes out, and nobody can change it from outside."""
    return json.loads(json.dumps(data))
