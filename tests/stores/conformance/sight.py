"""Sight: a window shows what the credential may read, and nothing else."""

from __future__ import annotations

from typing import Any

from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.domain.visibility import Sight, sight
from task_assistant.ports.store import Store
from tests.factories import (
    NOW,
    adapter,
    agent,
    agent_task,
    claim,
    claimed_task,
    later,
    owner,
    reader,
    task,
)
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put, put_one, titles


async def seen(store: Store, limits: Sight, **query: Any) -> set[str]:
    return set(await titles(store, sight=limits, **query))


class Sights(Backend):
    async def test_private_tasks_are_for_the_person_alone(self, store: Store) -> None:
        await put(store, agent_task("private", private=True), agent_task("open"))
        assert await seen(store, sight(owner())) == {"private", "open"}
        assert await seen(store, sight(reader())) == {"open"}
        assert await seen(store, sight(agent())) == {"open"}

    async def test_a_task_turns_private_for_those_who_saw_it(self, store: Store) -> None:
        there = await put_one(store, claimed_task("alpha"))
        await change(store, there, private=True)
        assert await seen(store, sight(agent("alpha"))) == set()
        assert await seen(store, sight(agent("alpha")), text="draft") == set()

    async def test_an_agent_sees_its_lane(self, store: Store) -> None:
        await put(
            store, agent_task("agent"), task("triage"), task("human", assignee=Owner.ME),
            agent_task("deferred", deferred_until=later(hours=1)), agent_task("done", status=Status.DONE),
        )  # fmt: skip
        assert await seen(store, sight(agent()), include_closed=True) == {"agent"}
        assert await seen(store, sight(agent(may_triage=True)), include_closed=True) == {"agent", "triage"}
        assert await seen(store, sight(agent()), now=later(hours=1)) == {"agent", "deferred"}

    async def test_an_agent_sees_what_it_has_worked_on(self, store: Store) -> None:
        mine, theirs = await put(
            store, claimed_task("alpha", title="mine"), claimed_task("beta", title="theirs")
        )
        for each in (mine, theirs):
            await change(store, each, claim=None, status=Status.WAITING_REVIEW)
        assert await seen(store, sight(agent("alpha"))) == {"mine"}
        assert await seen(store, sight(agent("beta")), lanes=frozenset({Lane.REVIEW})) == {"theirs"}
        await change(store, mine, status=Status.DONE)
        assert await seen(store, sight(agent("alpha"))) == set()
        assert await seen(store, sight(agent("alpha")), include_closed=True) == {"mine"}

    async def test_limits_by_label_narrow_what_an_agent_sees(self, store: Store) -> None:
        await put(
            store, agent_task("a", labels=("a", "x")), agent_task("b", labels=("b",)), agent_task("none")
        )
        assert await seen(store, sight(agent(labels=("a", "b")))) == {"a", "b"}
        assert await seen(store, sight(agent(labels=("a",)))) == {"a"}
        assert await seen(store, sight(reader(labels=("b",)))) == {"b"}

    async def test_limits_by_origin_narrow_what_an_agent_sees(self, store: Store) -> None:
        await put(store, agent_task("mail", origin="email"), agent_task("chat", origin="slack"))
        assert await seen(store, sight(agent(origins=("email",)))) == {"mail"}
        assert await seen(store, sight(agent(origins=("email",), labels=("a",)))) == set()

    async def test_having_worked_on_a_task_outweighs_limits(self, store: Store) -> None:
        there = await put_one(store, claimed_task("alpha", title="mine", labels=("a",)))
        await change(store, there, claim=None, labels=("b",), assignee=Owner.ME)
        assert await seen(store, sight(agent("alpha", labels=("a",)))) == {"mine"}
        assert await seen(store, sight(agent("beta", labels=("a",)))) == set()

    async def test_an_adapter_sees_only_what_it_made(self, store: Store) -> None:
        await put(
            store, *(task(name, created_by=f"adapter:{name}") for name in ("mail", "chat")), task("hers")
        )
        await put(store, task("done", created_by="adapter:mail", status=Status.DONE))
        assert await seen(store, sight(adapter("mail")), include_closed=True) == {"mail", "done"}

    async def test_a_key_for_one_task_sees_that_task(self, store: Store) -> None:
        one, _ = await put(store, claimed_task("alpha", title="one"), agent_task("two"))
        assert await seen(store, sight(agent("alpha", task_id=one.id))) == {"one"}
        assert await seen(store, sight(agent("beta", task_id=one.id + 1_000))) == set()

    async def test_a_limited_sight_keeps_order_limit_and_search(self, store: Store) -> None:
        labels = [("a",) if n % 3 else () for n in range(12)]
        board = [agent_task(f"report {n}", labels=labels[n], due=later(days=2 + n)) for n in range(12)]
        there = await put(store, *board)
        limits = sight(agent(labels=("a",)))
        wanted = [each.title for each in there if each.labels]
        assert await titles(store, sight=limits) == wanted
        assert await titles(store, sight=limits, limit=3) == wanted[:3]
        assert await titles(store, sight=limits, limit=3, text="report") == wanted[::-1][:3]

    async def test_who_has_worked_on_a_task_is_remembered(self, store: Store) -> None:
        one, two = await put(store, claimed_task("alpha"), agent_task("two"))
        assert await store.worked_on("alpha", [one.id, two.id]) == {one.id}
        await change(store, one, claim=None)
        await change(store, two, claim=claim("alpha"))
        await change(store, one, claim=claim("beta"))
        assert await store.worked_on("alpha", [one.id, two.id, 10_000]) == {one.id, two.id}
        assert await store.worked_on("alpha", [two.id]) == {two.id}
        assert await store.worked_on("beta", [one.id, two.id]) == {one.id}
        assert await store.worked_on("gamma", [one.id, two.id]) == set()
        assert await store.worked_on("alpha", []) == set()

    async def test_held_tasks_are_listed_oldest_claim_first(self, store: Store) -> None:
        await put(
            store, claimed_task("alpha", later(minutes=2), title="second"), claimed_task("alpha", NOW, title="first"),
            claimed_task("beta", later(minutes=1), title="other"), claimed_task("alpha", NOW, lease=60, title="over"),
            agent_task("free"),
        )  # fmt: skip
        now = later(minutes=5)
        assert [each.title for each in await store.held_by("alpha", now)] == ["first", "second"]
        assert [each.title for each in await store.held_by(None, now)] == ["first", "other", "second"]
        assert [each.title for each in await store.held_by(None, now, 2)] == ["first", "other"]
        assert await store.held_by("gamma", now) == []
