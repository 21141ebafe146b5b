"""The state machine: Hypothesis tells any story to a store and to the oracle, which must never differ."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from task_assistant.domain.errors import DependencyCycle, ExternalIdTaken, InvalidFields
from task_assistant.domain.task import Status, Task
from task_assistant.ports.store import (
    ChangeSet,
    Committed,
    Document,
    DocumentConflict,
    Record,
    Stale,
    Wanted,
    Write,
)
from tests.factories import NOW, claim, event, insert, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.boards import (
    AGENTS,
    DAY,
    HOUR,
    boards,
    edits,
    maybe,
    queries,
    sights,
    tasks,
    wishes,
)
from tests.stores.conformance.oracle import Oracle
from tests.stores.conformance.telling import bare, taking

EXTERNAL = ("x", "y", "z")
KEYS = ("k1", "k2", "k3")
picks = st.integers(0, 1_000)
moments = st.sampled_from([timedelta(microseconds=1), timedelta(minutes=10), HOUR, DAY])


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

    def refused(
        self, kind: type[Exception] | tuple[type[Exception], ...], *writes: Write, **more: Any
    ) -> None:
        """The store must refuse this; the invariants then see that nothing has changed."""
        try:
            self.wait(self.store.commit(ChangeSet(self.now, writes, **more)))
        except kind:
            return
        raise AssertionError(f"{kind} was not raised")


class Stories(Told):
    """What may happen."""

    @initialize(rows=boards(6, least=3))
    def begin_with_some_tasks(self, rows: list[tuple[Task, tuple[int, ...]]]) -> None:
        for row, places in rows:
            names = sorted(self.read)
            self.commit(insert(row.having(depends_on=tuple(names[place] for place in places))))

    @rule(rows=boards(3), name=maybe(st.sampled_from(EXTERNAL)))
    def insert(self, rows: list[tuple[Task, tuple[int, ...]]], name: str | None) -> None:
        new = [row for row, _ in rows] or [task()]
        writes = [insert(new[0].having(external_id=name)), *map(insert, new[1:])]
        if name in self.oracle.external:
            self.refused(ExternalIdTaken, *writes)
        else:
            self.commit(*writes, documents=(Document("kind", "k1", {"tasks": len(new)}, tasks=(-1,)),))

    @rule(new=tasks(), picked=st.lists(picks, min_size=1, max_size=3))
    @precondition(lambda self: self.read)
    def insert_waiting(self, new: Task, picked: list[int]) -> None:
        self.commit(insert(new.having(depends_on=tuple({self.one(pick).id for pick in picked}))))

    @rule(pick=picks, change=edits(), silent=st.booleans())
    @precondition(lambda self: self.read)
    def edit(self, pick: int, change: dict[str, Any], silent: bool) -> None:
        there = self.one(pick)
        if not there.purged:
            self.commit(update(there, events=() if silent else None, **change))

    @rule(pick=picks, other=picks)
    @precondition(lambda self: self.stale)
    def write_what_is_stale(self, pick: int, other: int) -> None:
        stale = self.stale[sorted(self.stale)[pick % len(self.stale)]]
        good = [update(self.one(other))] if self.one(other).id != stale.id else []
        self.refused(Stale, insert(task()), *good, update(stale), documents=(Document("kind", "k2", {}),))

    @rule(pick=picks, picked=st.lists(picks, max_size=2))
    @precondition(lambda self: self.read)
    def depend(self, pick: int, picked: list[int]) -> None:
        there = self.one(pick)
        after = update(there, depends_on=tuple({self.one(each).id for each in picked}))
        if self._circular(after.task):
            self.refused(DependencyCycle, after)
        else:
            self.commit(after)

    def _circular(self, after: Task) -> bool:
        depends = {row.id: set(row.depends_on) for row in self.oracle.rows} | {
            after.id: set(after.depends_on)
        }
        reached: set[int] = set()
        edge = set(after.depends_on)
        while edge:
            reached |= edge
            edge = {further for each in edge for further in depends[each]} - reached
        return after.id in reached

    @rule(pick=picks)
    @precondition(lambda self: self.read)
    def depend_on_nobody_known(self, pick: int) -> None:
        self.refused(InvalidFields, update(self.one(pick), depends_on=(987_654_321,)))

    @rule(pick=picks, status=st.sampled_from(Status))
    @precondition(lambda self: self.read)
    def close_or_reopen(self, pick: int, status: Status) -> None:
        self.commit(update(self.one(pick), status=status, claim=None, version=2))

    @rule(pick=picks)
    @precondition(lambda self: self.read)
    def delete_or_restore(self, pick: int) -> None:
        there = self.one(pick)
        if not there.purged:
            self.commit(update(there, deleted_at=None if there.deleted_at else self.now))

    @rule(pick=picks, told=st.booleans())
    @precondition(lambda self: self.read)
    def purge(self, pick: int, told: bool) -> None:
        there = self.one(pick)
        self.commit(*([update(there, claim=None)] if told else []), purge=(there.id,))

    @rule(pick=picks, until=maybe(moments))
    @precondition(lambda self: self.read)
    def defer(self, pick: int, until: timedelta | None) -> None:
        self.commit(update(self.one(pick), deferred_until=self.now + until if until else None))

    @rule(lease=st.sampled_from([30, 600, 86_400]), data=st.data())
    def claim_next(self, lease: int, data: st.DataObject) -> None:
        wanted: Wanted = data.draw(wishes(self.now))
        asked: list[ChangeSet] = []

        def take(offered: Task) -> ChangeSet:
            asked.append(taking(wanted.agent, self.now, lease)(offered))
            return asked[-1]

        best = self.oracle.wanted(wanted)
        answer = self.wait(self.store.claim_next(wanted, take))
        assert (answer is None) is (not best)
        if answer is not None:
            assert answer.tasks[0].id == best[0].id
            self.learn(asked[-1], answer)

    @rule(pick=picks, agent=st.sampled_from(AGENTS))
    @precondition(lambda self: self.oracle.held_by(None, self.now))
    def renew(self, pick: int, agent: str) -> None:
        held = self.oracle.held_by(None, self.now)
        there = self.read[held[pick % len(held)].id]
        self.commit(update(there, events=(), claim=claim(agent, self.now)))

    @rule(moment=moments)
    def time_passes(self, moment: timedelta) -> None:
        self.now += moment

    @rule(beside=st.sampled_from([-1, 0, 1]))
    @precondition(lambda self: self.oracle.time_band(self.now).next)
    def time_passes_to_the_next_bound(self, beside: int) -> None:
        bound = self.oracle.time_band(self.now).next
        assert bound is not None
        if bound < NOW + timedelta(days=10_000):
            self.now = max(self.now, bound + timedelta(microseconds=beside))

    @rule()
    def sweep(self) -> None:
        woken = self.wait(self.store.woken(self.now, 100))
        assert [bare(each) for each in woken] == self.oracle.woken(self.now)
        for there in woken:
            self.commit(update(there, claim=there.claim if there.held(self.now) else None))

    @rule(
        key=st.sampled_from(KEYS), expect=st.sampled_from(["any", "absent", "present"]), ends=maybe(moments),
        n=maybe(st.integers(0, 9)), pick=maybe(picks),
    )  # fmt: skip
    def write_document(
        self, key: str, expect: Any, ends: timedelta | None, n: int | None, pick: int | None
    ) -> None:
        names = (self.one(pick).id,) if pick is not None and self.read else ()
        data = None if n is None else {"n": n}
        document = Document("kind", key, data, expect, self.now + ends if ends else None, names)
        there = self.oracle.document(key, self.now) is not None
        if expect == "any" or there is (expect == "present"):
            self.commit(documents=(document,), events=(event(),))
        else:
            self.refused(DocumentConflict, insert(task()), documents=(document,), events=(event(),))

    @rule(
        pick=picks,
        n=st.integers(1, 2),
        kind=st.sampled_from(["comment", "artifact"]),
        text=maybe(st.just("long")),
    )
    @precondition(lambda self: self.read)
    def write_record(self, pick: int, n: int, kind: Any, text: str | None) -> None:
        data = None if n == 2 and text is None else {"n": n, "at": len(self.oracle.feed)}
        self.commit(update(self.one(pick), Record(kind, n, data, text)))


class StoreMachine(Stories):
    """What must hold after every step, and what may be asked at any time."""

    @invariant()
    def the_tasks_are_the_same(self) -> None:
        assert [bare(self.read[row.id]) for row in self.oracle.rows] == self.oracle.tasks()

    @invariant()
    def the_counts_and_bounds_are_the_same(self) -> None:
        assert self.wait(self.store.tally(self.now, private=True)) == self.oracle.tally(
            self.now, private=True
        )
        assert self.wait(self.store.time_band(self.now)) == self.oracle.time_band(self.now)

    @rule(data=st.data())
    def find(self, data: st.DataObject) -> None:
        query = data.draw(queries(self.now))
        assert [bare(each) for each in self.wait(self.store.find(query))] == self.oracle.find(query)

    @rule(sight=sights())
    def look_around(self, sight: Any) -> None:
        reminders = self.wait(self.store.due_reminders(self.now, sight, 100))
        assert [bare(each) for each in reminders] == self.oracle.due_reminders(self.now, sight)
        for agent in (*AGENTS, None):
            held = self.wait(self.store.held_by(agent, self.now))
            assert [bare(each) for each in held] == self.oracle.held_by(agent, self.now)
        for agent in AGENTS:
            worked = self.wait(self.store.worked_on(agent, list(self.read)))
            assert worked == {task_id for name, task_id in self.oracle.worked if name == agent}

    @rule()
    def look_up(self) -> None:
        found = self.wait(self.store.by_external_ids(EXTERNAL))
        assert {name: there.id for name, there in found.items()} == self.oracle.external
        for there in self.oracle.tasks():
            dependents = {
                row.id for row in self.oracle.rows if there.id in row.depends_on and row.deleted_at is None
            }
            assert dependents <= set(self.wait(self.store.dependents(there.id)))

    @rule(limit=st.integers(1, 4))
    def follow_the_feed(self, limit: int) -> None:
        after = self.wait(self.store.event(self.seen[-1])).seq if self.seen else 0
        page = self.wait(self.store.events(after, limit))
        self.seen += [each.id for each in page]
        assert self.seen == [each.id for each in self.oracle.feed][: len(self.seen)]
        assert len(page) == min(limit, len(self.oracle.feed) - (len(self.seen) - len(page)))
        assert self.wait(self.store.position()) == (self.oracle.feed[-1].seq if self.oracle.feed else 0)

    @rule(pick=picks)
    @precondition(lambda self: self.read)
    def read_a_file(self, pick: int) -> None:
        there = self.one(pick)
        history = self.wait(self.store.task_events(there.id, 0, 1_000))
        assert history == [each for each in self.oracle.feed if each.task_id == there.id]
        kinds = ("comment", "artifact")
        found = self.wait(self.store.records(there.id, kinds, 10))
        kept = {
            (kind, n): data
            for (task_id, kind, n), (data, _) in self.oracle.records.items()
            if task_id == there.id
        }
        assert {(each.kind, each.n): each.data for each in found} == kept
        for (kind, n), data in kept.items():
            text = self.oracle.records[there.id, kind, n][1]
            assert self.wait(self.store.record(there.id, kind, n)) == Record(kind, n, data, text)  # type: ignore[arg-type]

    @rule(drop=st.booleans())
    def read_documents(self, drop: bool) -> None:
        kept = {key: self.oracle.document(key, self.now) for key in KEYS}
        if drop:
            expired = [
                k
                for k, (_, ends, _) in self.oracle.documents.items()
                if ends is not None and ends <= self.now
            ]
            assert self.wait(self.store.drop_expired(self.now)) == len(expired)
            self.oracle.documents = {k: d for k, d in self.oracle.documents.items() if k not in expired}
        for key, data in kept.items():
            found = self.wait(self.store.document("kind", key, self.now))
            assert (found and found.data) == data
        everything = self.wait(self.store.documents("kind", self.now))
        assert [each.key for each in everything] == [key for key in KEYS if kept[key] is not None]
