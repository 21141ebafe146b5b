"""The state machine: after every step of any story the store answers what the oracle works out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from task_assistant.domain.ordering import Sort
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query, Wanted
from tests.factories import EVERYTHING, agent, reader
from tests.stores.conformance.boards import AGENTS, broad_queries, queries, sights
from tests.stores.conformance.stories import EXTERNAL, KEYS, Stories
from tests.stores.conformance.telling import bare


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

    @invariant()
    def the_lists_are_the_same(self) -> None:
        for sort, closed in ((None, False), (Sort.DUE, True)):
            self._compare(Query(self.now, EVERYTHING, 100, sort=sort, include_closed=closed))
        self._compare(Query(self.now, sight(agent("alpha")), 100, text="report"))
        self._compare(Query(self.now, sight(reader(labels=("a",))), 2, include_closed=True, offset=1))

    @invariant()
    def the_same_is_woken_and_offered(self) -> None:
        woken = self.wait(self.store.woken(self.now, 100))
        assert [bare(each) for each in woken] == self.oracle.woken(self.now)
        offered: list[int] = []
        wanted = Wanted(self.now, "alpha", key_labels=frozenset({"a"}) if woken else frozenset())
        assert self.wait(self.store.claim_next(wanted, lambda task: offered.append(task.id))) is None
        assert list(dict.fromkeys(offered)) == [task.id for task in self.oracle.wanted(wanted)]

    @rule(data=st.data())
    def find(self, data: st.DataObject) -> None:
        for query in (
            *data.draw(st.lists(broad_queries(self.now), max_size=3)),
            data.draw(queries(self.now)),
        ):
            self._compare(query)

    def _compare(self, query: Query) -> None:
        assert [bare(each) for each in self.wait(self.store.find(query))] == self.oracle.find(query), query

    @rule(limits=sights())
    def look_around(self, limits: Any) -> None:
        reminders = self.wait(self.store.due_reminders(self.now, limits, 100))
        assert [bare(each) for each in reminders] == self.oracle.due_reminders(self.now, limits)
        for name in (*AGENTS, None):
            held = self.wait(self.store.held_by(name, self.now))
            assert [bare(each) for each in held] == self.oracle.held_by(name, self.now)
            assert self.wait(self.store.held_by(name, self.now, 1)) == held[:1]
        for name in AGENTS:
            worked = self.wait(self.store.worked_on(name, list(self.read)))
            assert worked == {task_id for worker, task_id in self.oracle.worked if worker == name}

    @invariant()
    def the_external_ids_are_the_same(self) -> None:
        found = self.wait(self.store.by_external_ids(EXTERNAL))
        assert {name: there.id for name, there in found.items()} == self.oracle.external

    @rule()
    def look_up_dependents(self) -> None:
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
