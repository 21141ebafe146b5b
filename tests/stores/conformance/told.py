"""A store and the oracle side by side: whatever one is told, the other is told as well."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, Committed, Write
from tests.factories import NOW
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.oracle import Oracle

KINDS = ("comment", "artifact")


class Told(RuleBasedStateMachine):
    """A store and the oracle, and how a commit is told to both. Time passes between steps, never backwards."""

    backend: ClassVar[Backend]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.store = self.wait(self.stack.enter_async_context(self.backend.fresh()))
        self.oracle = Oracle()
        self.read: dict[int, Task] = {}  # each task as the store last gave it, with its revision
        self.stale: dict[int, Task] = {}  # and as it was before it was last written
        self.now = NOW
        self.seen: list[str] = []  # by a reader who follows the feed

    def wait(self, awaitable: Any) -> Any:
        """What the store answers."""

        async def answer() -> Any:
            return await awaitable

        return self.runner.run(answer())

    def teardown(self) -> None:
        self.wait(self.stack.aclose())
        self.runner.close()

    def one(self, pick: int) -> Task:
        """Some task that exists, as the store last gave it."""
        return self.read[sorted(self.read)[pick % len(self.read)]]

    def commit(self, *writes: Write, **more: Any) -> Committed:
        """Tells both, unless the store refuses."""
        changes = ChangeSet(self.now, writes, **more)
        committed: Committed = self.wait(self.store.commit(changes))
        self.learn(changes, committed)
        return committed

    def learn(self, changes: ChangeSet, committed: Committed) -> None:
        """Tells the oracle what the store has committed, and checks the answer."""
        told = [each for write in changes.writes for each in write.events] + list(changes.events)
        assert [each.id for each in committed.events] == [each.id for each in told]
        for write, there in zip(changes.writes, committed.tasks, strict=True):
            self.oracle.put(write.task.having(id=there.id, revision=0), changes.now)
            for record in write.records:
                self.oracle.records.pop((there.id, record.kind, record.n), None)
                if record.data is not None:
                    self.oracle.records[there.id, record.kind, record.n] = (record.data, record.text)
        for task_id in changes.purge:
            self.oracle.purge(task_id, changes.now)
        self.oracle.tell(*committed.events)
        for document in changes.documents:
            self._learn_document(document, committed)
        self._reread({there.id for there in committed.tasks}.union(changes.purge))

    def _learn_document(self, document: Document, committed: Committed) -> None:
        self.oracle.documents.pop(document.key, None)
        if document.data is not None:
            names = tuple(n if n > 0 else committed.tasks[-n - 1].id for n in document.tasks)
            self.oracle.documents[document.key] = (document.data, document.expires_at, names)

    def _reread(self, written: set[int]) -> None:
        self.stale |= {task_id: self.read[task_id] for task_id in written if task_id in self.read}
        self.read = self.wait(self.store.get_many([row.id for row in self.oracle.rows]))
        for task_id in written:
            self._compare_file(task_id)

    def _compare_file(self, task_id: int) -> None:
        """The task's history and records are the same."""
        history = self.wait(self.store.task_events(task_id, 0, 1_000))
        assert history == [each for each in self.oracle.feed if each.task_id == task_id]
        found = self.wait(self.store.records(task_id, KINDS, 10))
        kept = {
            (kind, n): data for (there, kind, n), (data, _) in self.oracle.records.items() if there == task_id
        }
        assert {(each.kind, each.n): each.data for each in found} == kept
        for each in found:
            text = self.oracle.records[task_id, each.kind, each.n][1]
            assert self.wait(self.store.record(task_id, each.kind, each.n)) == replace(each, text=text)

    def refused(
        self, kind: type[Exception] | tuple[type[Exception], ...], *writes: Write, **more: Any
    ) -> None:
        """The store must refuse this; the invariants then see that nothing has changed."""
        try:
            self.wait(self.store.commit(ChangeSet(self.now, writes, **more)))
        except kind:
            return
        raise AssertionError(f"{kind} was not raised")
