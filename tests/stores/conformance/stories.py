"""The steps of which Hypothesis makes stories: everything that can happen to a store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from task_assistant.domain.errors import DependencyCycle, ExternalIdTaken, InvalidFields
from task_assistant.domain.records import Record
from task_assistant.domain.task import Status, Task
from task_assistant.ports.documents import Document
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, DocumentConflict, Stale
from tests.factories import NOW, claim, event, insert, task, update
from tests.stores.conformance.boards import AGENTS, DAY, HOUR, boards, edits, maybe, tasks, wishes
from tests.stores.conformance.telling import taking
from tests.stores.conformance.told import KINDS, Told

EXTERNAL = ("x", "y", "z")
KEYS = ("k1", "k2", "k3")
picks = st.integers(0, 1_000)
moments = st.sampled_from([timedelta(microseconds=1), timedelta(minutes=10), HOUR, DAY])


class Stories(Told):
    """What may happen."""

    @initialize(rows=boards(6, least=3))
    def begin_with_some_tasks(self, rows: list[tuple[Task, tuple[int, ...]]]) -> None:
        for name, (row, places) in zip([*EXTERNAL[:2], *[None] * len(rows)], rows, strict=False):
            names = sorted(self.read)
            new = row.having(depends_on=tuple(names[place] for place in places), external_id=name)
            self.commit(insert(new))

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

    @rule(pick=picks, name=st.sampled_from(AGENTS))
    @precondition(lambda self: self.oracle.held_by(None, self.now))
    def renew(self, pick: int, name: str) -> None:
        held = self.oracle.held_by(None, self.now)
        there = self.read[held[pick % len(held)].id]
        self.commit(update(there, events=(), claim=claim(name, self.now)))

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
        for there in self.wait(self.store.woken(self.now, 100)):
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
        kind=st.sampled_from(KINDS),
        texts=st.lists(st.sampled_from(["long", "", None]), min_size=1),
    )
    @precondition(lambda self: self.read)
    def write_records(self, pick: int, kind: Any, texts: list[str | None]) -> None:
        for n, text in enumerate(texts):
            data = None if text == "" else {"at": len(self.oracle.feed)}
            self.commit(update(self.one(pick), Record(kind, n % 2, data, text)))
