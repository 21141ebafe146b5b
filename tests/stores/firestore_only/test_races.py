"""Races between processes (stores of their own on one database): the batch decides, not a lock."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from typing import Any

import pytest

from task_assistant.domain.errors import Busy
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Committed
from task_assistant.stores.firestore import FirestoreStore, commits
from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.claims import Claims
from task_assistant.stores.firestore.commits import Commits
from task_assistant.stores.firestore.gateway import Collision, Gateway
from tests.factories import NOW, agent_task, changes, insert, task, update
from tests.stores.conformance.telling import change, put, put_one, stored, taking, whole_feed
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


async def test_who_loses_a_race_tries_what_it_has_read_before_it_reads_again(
    another: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = await another(), await another()
    await put(elsewhere, *(agent_task(f"Task {n}") for n in range(8)))
    commit, look, looks, lost = Commits.commit, Claims._look, itertools.count(), iter(range(3))

    async def late(self: Commits, changes: ChangeSet) -> Committed:
        if self is here._commits and next(lost, None) is not None:
            await change(elsewhere, changes.writes[0].task, title="Somebody was faster")
        return await commit(self, changes)

    async def counted(self: Claims, *args: Any) -> Any:
        next(looks)
        return await look(self, *args)

    monkeypatch.setattr(Commits, "commit", late)
    monkeypatch.setattr(Claims, "_look", counted)
    assert await here.claim_next(Wanted(NOW, "alpha"), taking("alpha"))
    assert list(lost) == []
    assert next(looks) == 3  # for the best; for the next two, both lost; and once more


async def test_a_candidate_that_has_changed_since_it_was_read_is_read_again(
    another: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = await another(), await another()
    there = await put_one(elsewhere, agent_task())
    look, looked = Claims._look, itertools.count()

    async def changed(self: Claims, *args: Any) -> Any:
        found = await look(self, *args)
        if next(looked) == 0:
            await change(elsewhere, there, title="New")
            await stored(here, there)
        return found

    monkeypatch.setattr(Claims, "_look", changed)
    async with asyncio.timeout(20):
        answer = await here.claim_next(Wanted(NOW, "alpha"), taking("alpha"))
    assert answer is not None
    assert answer.tasks[0].title == "New"


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
