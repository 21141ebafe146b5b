"""Races between processes (stores of their own on one database): the batch decides, not a lock."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter

import pytest

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import Committed, Wanted
from task_assistant.stores.firestore import FirestoreStore, commits
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.gateway import Collision, Gateway
from tests.factories import NOW, agent_task, changes, insert, task, update
from tests.stores.conformance.telling import put, put_one, stored, taking, whole_feed
from tests.stores.firestore_only.conftest import Open


async def collisions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each commit from now on that lost to another. The first two wait for each other, so that two do meet."""
    lost: list[str] = []
    commit, meeting, came = Gateway.commit, asyncio.Barrier(2), itertools.count()

    async def noted(self: Gateway, batch: Batch) -> list[object]:
        if next(came) < meeting.parties:
            await meeting.wait()
        try:
            return await commit(self, batch)
        except Collision as refusal:
            lost.append(str(refusal))
            raise

    monkeypatch.setattr(Gateway, "commit", noted)
    return lost


async def test_of_sixteen_racing_claims_of_one_task_one_wins(
    another: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [await another() for _ in range(8)]
    there = await put_one(processes[0], agent_task())
    lost = await collisions(monkeypatch)

    async def race(n: int) -> Committed | None:
        return await processes[n % 8].claim_next(Wanted(NOW, f"agent-{n}"), taking(f"agent-{n}"))

    answers = [answer for answer in await asyncio.gather(*map(race, range(16))) if answer]
    assert len(answers) == 1
    assert lost, "no two processes met, so this proves nothing"
    holder = (await stored(processes[3], there)).claim
    assert holder is not None
    assert answers[0].events[0].actor == f"agent:{holder.agent}"


async def test_two_hundred_tasks_go_to_eight_claimers_each_once(
    another: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [await another() for _ in range(4)]
    there = await put(processes[0], *(agent_task(f"Task {n}", priority=1 + n % 5) for n in range(200)))
    lost = await collisions(monkeypatch)
    given: list[tuple[int, int]] = []

    async def work(n: int) -> None:
        wanted = Wanted(NOW, f"agent-{n}")
        while (answer := await processes[n % 4].claim_next(wanted, taking(f"agent-{n}"))) is not None:
            given.append((n, answer.tasks[0].id))

    await asyncio.gather(*[work(n) for n in range(8)])
    assert Counter(task_id for _, task_id in given) == Counter(each.id for each in there)
    assert lost, "no two processes met, so this proves nothing"
    assert len({n for n, _ in given}) > 1
    claims = [each.task_id for each in await whole_feed(processes[1]) if each.actor.startswith("agent:")]
    assert Counter(claims) == Counter(each.id for each in there)


async def test_a_longer_circle_is_closed_by_one_of_two_processes_only(another: Open) -> None:
    one, two = await another(), await another()
    a, b, c, d = await put(one, *(task(name) for name in "abcd"))
    for here, there in ((b, c), (d, a)):
        await one.commit(changes(update(await stored(one, here), depends_on=(there.id,))))
    halves = (one, a, b), (two, c, d)
    answers = await asyncio.gather(
        *[s.commit(changes(update(await stored(s, x), depends_on=(y.id,)))) for s, x, y in halves],
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Exception) for answer in answers) == 1


async def test_when_contention_wins_the_caller_is_told_so(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Batch] = []

    async def always_late(self: Gateway, batch: Batch) -> list[object]:
        tried.append(batch)
        raise Collision("somebody was faster")

    monkeypatch.setattr(Gateway, "commit", always_late)
    monkeypatch.setattr(commits, "PAUSE", 0.0)
    with pytest.raises(Busy):
        await store.commit(changes(insert(task())))
    assert len(tried) == commits.TRIES
