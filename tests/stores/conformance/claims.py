"""Claims: the best ranked task that is wanted, and never one that somebody holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from task_assistant.domain.task import Declined, Owner, Status, Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Stale, Store
from tests.factories import MICROSECOND, NOW, agent_task, changes, claimed_task, event, later, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one, stored, taking, whole_feed


async def given(store: Store, agent: str = "alpha", **wish: Any) -> list[str]:
    """The titles that this agent is given, until nothing is left for it; a look tells of each before."""
    wanted = Wanted(**{"now": NOW, "agent": agent, **wish})
    titles: list[str] = []
    while (seen := await store.peek(wanted)) is not None:
        assert seen.title not in titles
        assert await store.peek(wanted) == seen, "a look changes something"
        answer = await store.claim_next(wanted, taking(agent, wanted.now))
        assert answer is not None
        assert answer.tasks[0].id == seen.id
        titles.append(seen.title)
    assert await store.claim_next(wanted, taking(agent, wanted.now)) is None
    return titles


class Claims(Backend):
    async def test_an_agent_is_given_the_best_ranked_task(self, store: Store) -> None:
        await put(
            store, agent_task("P4", priority=4), agent_task("P1", priority=1, due=later(days=9)),
            agent_task("overdue", due=NOW), agent_task("sent back", sent_back=True), agent_task("P3"),
        )  # fmt: skip
        assert await given(store) == ["overdue", "P1", "sent back", "P3", "P4"]

    async def test_equal_ranks_are_given_by_due_time_then_id(self, store: Store) -> None:
        await put(
            store, agent_task("c", due=later(days=4)), *(agent_task(name, due=later(days=3)) for name in "ab")
        )
        assert await given(store) == ["a", "b", "c"]

    async def test_what_take_says_is_committed_whole(self, store: Store) -> None:
        there = await put_one(store, agent_task())
        answer = await store.claim_next(Wanted(NOW, "alpha"), taking("alpha"))
        assert answer is not None
        taken = await stored(store, there)
        assert answer.tasks == (taken,)
        assert taken.claim is not None
        assert (taken.status, taken.claim.agent, taken.numbers) == (Status.IN_PROGRESS, "alpha", {"claim": 1})
        assert (await whole_feed(store))[-1] == answer.events[0]
        assert answer.events[0].actor == "agent:alpha"
        assert taken.revision != there.revision

    async def test_only_what_is_claimable_is_given(self, store: Store) -> None:
        blocker = await put_one(store, task("human", assignee=Owner.ME))
        await put(
            store, task("triage"), agent_task("deferred", deferred_until=later(hours=1)),
            agent_task("depends", depends_on=(blocker.id,)), agent_task("review", status=Status.WAITING_REVIEW),
            agent_task("blocked", status=Status.BLOCKED), agent_task("done", status=Status.DONE),
            agent_task("cancelled", status=Status.CANCELLED), claimed_task("beta", title="held"),
            agent_task("deleted", deleted_at=NOW), agent_task("in progress, unclaimed", status=Status.IN_PROGRESS),
        )  # fmt: skip
        assert await given(store) == ["in progress, unclaimed"]

    async def test_a_task_is_claimable_again_at_the_very_end_of_its_lease(self, store: Store) -> None:
        await put_one(store, claimed_task("beta", title="held", lease=600))
        assert await given(store, now=later(seconds=600) - MICROSECOND) == []
        assert await given(store, now=later(seconds=600)) == ["held"]

    async def test_a_lapsed_lease_is_offered_in_its_rank(self, store: Store) -> None:
        await put(
            store, agent_task("P2", priority=2), claimed_task("beta", title="P1", lease=600, priority=1)
        )
        await put(store, agent_task("P5", priority=5))
        assert await given(store, now=later(seconds=601)) == ["P1", "P2", "P5"]

    async def test_a_deferral_that_has_ended_is_offered_in_its_rank(self, store: Store) -> None:
        await put(store, *(agent_task(f"P{n}", priority=n, due=later(days=9)) for n in (2, 1)))
        await put_one(
            store, agent_task("woken", priority=1, due=later(days=8), deferred_until=later(hours=1))
        )
        assert await given(store, now=later(hours=1)) == ["woken", "P1", "P2"]

    async def test_private_tasks_are_given_only_to_who_may_have_them(self, store: Store) -> None:
        await put(store, agent_task("private", private=True), agent_task("open", priority=5))
        assert await given(store) == ["open"]
        assert await given(store, private=True) == ["private"]

    async def test_a_task_meant_for_one_agent_is_given_to_that_one(self, store: Store) -> None:
        await put(store, agent_task("for beta", agent="beta", priority=1), agent_task("for any"))
        assert await given(store, "alpha") == ["for any"]
        assert await given(store, "beta") == ["for beta"]

    async def test_the_limits_of_a_key_hold(self, store: Store) -> None:
        await put(
            store, agent_task("a mail", labels=("a",), origin="email"),
            agent_task("a chat", labels=("a",), origin="slack"),
            agent_task("b mail", labels=("b", "c"), origin="email"), agent_task("none", origin="email"),
        )  # fmt: skip
        limits: dict[str, Any] = {"key_labels": frozenset({"a", "b"}), "key_origins": frozenset({"email"})}
        assert sorted(await given(store, **limits)) == ["a mail", "b mail"]
        assert sorted(await given(store, key_origins=frozenset({"email", "slack"}))) == ["a chat", "none"]

    async def test_a_wish_narrows_the_limits(self, store: Store) -> None:
        await put(
            store, agent_task("a", labels=("a",), origin="email"), agent_task("ab", labels=("a", "b"), origin="slack"),
            agent_task("b", labels=("b",), origin="email"),
        )  # fmt: skip
        assert await given(store, key_labels=frozenset({"a"}), labels=frozenset({"b", "c"})) == ["ab"]
        assert await given(store, labels=frozenset({"b"}), origin="email") == ["b"]
        assert await given(store, labels=frozenset({"z"})) == []
        assert await given(store) == ["a"]

    async def test_a_declined_task_is_passed_over_for_a_while(self, store: Store) -> None:
        declined = Declined("alpha", later(minutes=30), version=1)
        await put_one(store, agent_task("declined", declined=declined, version=1))
        assert await given(store, "alpha", now=later(minutes=30) - MICROSECOND) == []
        assert await given(store, "alpha", now=later(minutes=30)) == ["declined"]

    async def test_a_declined_task_is_for_the_others_at_once(self, store: Store) -> None:
        await put_one(store, agent_task("declined", declined=Declined("alpha", later(minutes=30), version=1)))
        assert await given(store, "beta") == ["declined"]

    async def test_a_declined_task_that_has_changed_is_offered_again(self, store: Store) -> None:
        there = await put_one(
            store, agent_task("declined", declined=Declined("alpha", later(minutes=30), version=1))
        )
        await change(store, there, version=2)
        assert await given(store, "alpha") == ["declined"]

    async def test_a_task_that_take_refuses_is_left_for_the_next(self, store: Store) -> None:
        first, second = await put(store, agent_task("first", priority=1), agent_task("second"))

        def take(offered: Task) -> ChangeSet | None:
            return None if offered.title == "first" else taking("alpha")(offered)

        answer = await store.claim_next(Wanted(NOW, "alpha"), take)
        assert answer is not None
        assert answer.tasks[0].id == second.id
        assert await stored(store, first) == first
        assert await store.claim_next(Wanted(NOW, "alpha"), take) is None

    async def test_take_is_offered_everything_before_the_answer_is_none(self, store: Store) -> None:
        await put(store, *(agent_task(f"Task {n}", priority=1 + n % 5) for n in range(230)))
        offered: list[str] = []

        def refuse(task_offered: Task) -> None:
            offered.append(task_offered.title)

        assert await store.claim_next(Wanted(NOW, "alpha"), refuse) is None
        assert len(set(offered)) == 230

    async def test_what_take_raises_comes_through_and_changes_nothing(self, store: Store) -> None:
        there = await put_one(store, agent_task())

        def take(offered: Task) -> ChangeSet | None:
            raise LookupError(offered.title)

        with pytest.raises(LookupError):
            await store.claim_next(Wanted(NOW, "alpha"), take)
        assert await stored(store, there) == there
        assert await given(store) == [there.title]

    async def test_an_expired_lease_can_be_taken_back_and_given_in_one_commit(self, store: Store) -> None:
        there = await put_one(store, claimed_task("beta", title="held", lease=600))
        now = later(seconds=601)

        def take(offered: Task) -> ChangeSet:
            changed = taking("alpha", now)(offered.having(claim=None, failures=1))
            (write,) = changed.writes
            told = (event(task_id=offered.id, actor="system"), *write.events)
            return ChangeSet(now, (type(write)(write.task, offered.revision, told),))

        answer = await store.claim_next(Wanted(now, "alpha"), take)
        assert answer is not None
        assert [each.actor for each in answer.events] == ["system", "agent:alpha"]
        found = await stored(store, there)
        assert found.claim is not None
        assert (found.claim.agent, found.claim.serial, found.failures) == ("alpha", 2, 1)

    async def test_nothing_to_do_is_none(self, store: Store) -> None:
        assert await store.claim_next(Wanted(NOW, "alpha"), taking()) is None

    async def test_a_heartbeat_is_a_silent_write(self, store: Store) -> None:
        there = await put_one(store, claimed_task("alpha", lease=600))
        assert there.claim is not None
        position = await store.position()
        longer = claimed_task("alpha", lease=600 + 300).claim
        await store.commit(changes(update(there, events=(), claim=longer), now=later(seconds=300)))
        assert await store.position() == position
        assert await given(store, "beta", now=there.claim.expires_at + timedelta(seconds=299)) == []

    async def test_a_claim_by_id_that_somebody_was_quicker_with_is_stale(self, store: Store) -> None:
        there = await put_one(store, agent_task())
        await store.claim_next(Wanted(NOW, "beta"), taking("beta"))
        with pytest.raises(Stale):
            await store.commit(taking("alpha")(there))
        found = await stored(store, there)
        assert found.claim is not None
        assert found.claim.agent == "beta"
