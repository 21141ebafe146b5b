"""Races: many workers on one store at once; each test shows that they met."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from task_assistant.domain.task import Status
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import Stale, Store
from tests.factories import NOW, agent_task, changes, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import ENOUGH, put, put_one, stored, taking, titles, whole_feed


@dataclass
class Crowd:
    """Who is calling the store at the moment, and how many ever did so at once."""

    inside: int = 0
    most: int = 0
    given: list[tuple[str, int]] = field(default_factory=list)

    async def work(self, store: Store, agent: str) -> None:
        """Claims until nothing is left."""
        for _ in range(ENOUGH):
            self.inside += 1
            self.most = max(self.most, self.inside)
            answer = await store.claim_next(Wanted(NOW, agent), taking(agent))
            self.inside -= 1
            if answer is None:
                return
            self.given += [(agent, there.id) for there in answer.tasks]


class Races(Backend):
    async def test_of_many_agents_each_task_goes_to_exactly_one(self, store: Store) -> None:
        there = await put(store, *(agent_task(f"Task {n}", priority=1 + n % 5) for n in range(60)))
        crowd = Crowd()
        await asyncio.gather(*(crowd.work(store, f"agent-{n}") for n in range(8)))
        assert crowd.most > 1, "they never met, so this proves nothing"
        assert len({agent for agent, _ in crowd.given}) > 1, (
            "one agent took everything, so this proves nothing"
        )
        assert Counter(task_id for _, task_id in crowd.given) == Counter(each.id for each in there)
        holders = {}
        for each in (await store.get_many(task_id for _, task_id in crowd.given)).values():
            assert each.claim is not None
            holders[each.id] = each.claim.agent
        assert holders == {task_id: agent for agent, task_id in crowd.given}
        claims = [each for each in await whole_feed(store) if each.actor.startswith("agent:")]
        assert Counter(each.task_id for each in claims) == Counter(holders.keys())

    async def test_of_many_agents_racing_for_one_task_exactly_one_gets_it(self, store: Store) -> None:
        await put_one(store, agent_task())
        crowd = Crowd()
        await asyncio.gather(*(crowd.work(store, f"agent-{n}") for n in range(16)))
        assert crowd.most > 1, "they never met, so this proves nothing"
        assert len(crowd.given) == 1

    async def test_nobody_is_sent_away_while_something_is_claimable(self, store: Store) -> None:
        await put(store, *(agent_task(f"Task {n}") for n in range(16)))
        answers = await asyncio.gather(
            *(store.claim_next(Wanted(NOW, f"agent-{n}"), taking(f"agent-{n}")) for n in range(16))
        )
        assert all(answers)
        assert len({answer.tasks[0].id for answer in answers if answer}) == 16

    async def test_claims_and_changes_of_the_person_never_overwrite_each_other(self, store: Store) -> None:
        there = await put(store, *(agent_task(f"Task {n}") for n in range(20)))
        stale = 0

        async def close_all() -> None:
            nonlocal stale
            for each in there:
                try:
                    await store.commit(changes(update(each, status=Status.CANCELLED)))
                except Stale:
                    stale += 1

        crowd = Crowd()
        await asyncio.gather(close_all(), crowd.work(store, "alpha"))
        taken = {task_id for _, task_id in crowd.given}
        assert 0 < len(taken) < 20, "one of the two did everything, so this proves nothing"
        assert stale == len(taken)
        for each in there:
            found = await stored(store, each)
            assert (found.claim is not None) is (each.id in taken)
            assert found.status is (Status.IN_PROGRESS if each.id in taken else Status.CANCELLED)
        assert len(await titles(store)) == len(taken)
