"""What a home keeps when its stores are closed, and what two stores of one home see of each other."""

from __future__ import annotations

import asyncio

from task_assistant.domain.records import Record
from task_assistant.domain.task import Status
from task_assistant.ports.queries import Wanted
from tests.factories import NOW, agent_task, changes, document, insert, task
from tests.stores.conformance.backend import Backend, Home
from tests.stores.conformance.telling import put, put_one, taken_by, taking, titles, whole_feed


class Durability(Backend):
    async def test_a_home_keeps_what_was_committed_as_declared(self, home: Home) -> None:
        store = await home.open()
        records = (Record("comment", 1, {"text": "Hello"}),)
        kept = changes(insert(task("Kept", external_id="a"), *records), documents=(document(),))
        there = (await store.commit(kept)).tasks[0]
        feed = await whole_feed(store)
        await home.close()
        again = await home.open()
        if self.capabilities.shared:
            assert await again.get(there.id) == there
            assert await titles(again, text="kept") == ["Kept"]
            assert await whole_feed(again) == feed
            assert await again.document("source", "one", NOW) is not None
            assert await again.records(there.id, ["comment"], 10) == list(records)
            assert (await put_one(again, task("Next"))).id != there.id
        else:
            assert await again.get(there.id) is None
            assert await whole_feed(again) == []

    async def test_two_stores_of_one_home_see_each_other_as_declared(self, home: Home) -> None:
        one, two = await home.open(), await home.open()
        stamp = await two.stamp()
        await put_one(one, task("Told by one"))
        if self.capabilities.shared:
            assert await two.changed(stamp, 10) != stamp
            assert await titles(two) == ["Told by one"]
            assert await whole_feed(two) == await whole_feed(one)
        else:
            assert await two.stamp() == stamp
            assert await titles(two) == []

    async def test_two_stores_of_one_home_never_give_one_task_twice(self, home: Home) -> None:
        stores = [await home.open(), await home.open()]
        await put(stores[0], *(agent_task(f"Task {n}") for n in range(20)))
        given: list[tuple[int, int]] = []

        async def work_once(side: int, agent: str) -> bool:
            answer = await stores[side].claim_next(Wanted(NOW, agent), taking(agent))
            given.extend((side, there.id) for there in (answer.tasks if answer else ()))
            return answer is not None

        async def work(n: int) -> None:
            given.extend(
                (n % 2, there.id) for there in await taken_by(stores[n % 2], Wanted(NOW, f"agent-{n}"))
            )

        await work_once(0, "first")
        assert await work_once(1, "second") is self.capabilities.shared
        await asyncio.gather(*map(work, range(6)))
        assert len({task_id for _, task_id in given}) == len(given) == 20
        assert ({side for side, _ in given} == {0, 1}) is self.capabilities.shared
        assert len(await titles(stores[0], statuses=frozenset({Status.IN_PROGRESS}))) == 20
