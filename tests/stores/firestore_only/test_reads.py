"""Reads are money: what a poll, a claim and a verb read is counted, and does not grow with the board."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.moving import Kept
from task_assistant.ports.queries import Query, Wanted
from task_assistant.ports.store import ChangeSet
from task_assistant.stores.firestore import FirestoreStore, gateway
from tests.factories import EVERYTHING, NOW, agent, agent_task, changes, later, task, update
from tests.stores.conformance.telling import put, taking
from tests.stores.firestore_only.emulator import project

FEW, MANY = 100, 5_000
LIMIT = 8


def board(n: int) -> list[Task]:
    """Tasks of every priority and due band, many of them at the top; every other twenty are an agent's."""
    hours, priorities = (-3, -3, 12, 200), (1, 1, 2, 3, 5)
    return [
        (agent_task if i // 20 % 2 else task)(
            f"Task {i}", priority=priorities[i % 5], due=later(hours=hours[i // 5 % 4], seconds=i)
        )
        for i in range(n)
    ]


async def fill(store: FirestoreStore, start: int, end: int) -> None:
    """Puts the board's tasks from `start` to `end` into the store, as a move does: without events to number."""
    rows = [Kept(row.having(id=n), NOW) for n, row in enumerate(board(end), 1)][start:]
    for first in range(0, len(rows), 500):
        await store.load(rows[first : first + 500])


async def polled(store: FirestoreStore, caller: Caller | None) -> int:
    """The task documents that a poll reads."""
    limits = EVERYTHING if caller is None else sight(caller)
    with store.meter.part() as part:
        assert len(await store.find(Query(NOW, limits, LIMIT))) == LIMIT
    return part.reads["tasks"]


async def claimed(store: FirestoreStore) -> int:
    """The task documents that a claim reads. The task is given back as it was."""
    with store.meter.part() as part:
        answer = await store.claim_next(Wanted(NOW, "alpha"), taking("alpha"))
    assert answer is not None
    given = answer.tasks[0]
    await store.commit(changes(update(given, claim=None, status=agent_task().status)))
    return part.reads["tasks"]


async def test_a_poll_and_a_claim_read_the_same_of_a_hundred_and_of_five_thousand_tasks(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "READ_SECONDS", 300.0)  # the emulator goes through the whole board each time
    read: dict[int, list[int]] = {}
    for before, n in ((0, FEW), (FEW, MANY)):
        await fill(store, before, n)
        await claimed(store)  # a board on which agents have worked
        read[n] = [await polled(store, None), await polled(store, agent("beta")), await claimed(store)]
    assert read[FEW] == read[MANY]
    *polls, claim = read[MANY]
    assert all(LIMIT <= poll <= 3 * LIMIT for poll in polls), polls
    assert claim <= 6


async def test_a_claim_reads_no_more_of_a_board_that_has_known_many_scores(store: FirestoreStore) -> None:
    await fill(store, 0, FEW)
    few = await claimed(store)
    store._stock.known.update(range(101, 1_000, 90))  # of tasks that are gone
    assert await claimed(store) == few


async def test_a_poll_reads_in_proportion_to_its_limit(store: FirestoreStore) -> None:
    await fill(store, 0, 400)
    for limit in (5, 25, 50):
        with store.meter.part() as part:
            await store.find(Query(NOW, EVERYTHING, limit))
        assert part.reads["tasks"] <= 3 * limit + 6


async def test_a_summary_counts_a_thousand_entries_for_each_read(store: FirestoreStore) -> None:
    await fill(store, 0, 2_500)
    with store.meter.part() as part:
        tally = await store.tally(NOW, private=True)
    matching = tally.active + tally.overdue + tally.due_soon + tally.unassigned + tally.working
    assert tally.active == 2_500
    assert part.reads["tasks counted"] <= 10 + matching // 1_000
    assert part.reads["tasks"] == 1  # those that changed by themselves: none


async def test_what_is_asked_again_while_nothing_changes_costs_no_read(tmp_path: Path) -> None:
    store = FirestoreStore(project(tmp_path), fresh=1_000)
    await store.open()
    await put(store, *(each.having(assignee=Owner.ME) for each in board(30)))
    for again in (False, True):
        with store.meter.part() as part:
            await store.stamp()
            await store.time_band(NOW)
            await store.tally(NOW, private=True)
            assert await store.claim_next(Wanted(NOW, "alpha"), taking("alpha")) is None
            assert await store.events(await store.position(), 10) == []
        assert (part.reads == Counter()) is again
    await store.close()


async def test_a_verb_reads_the_task_once(store: FirestoreStore) -> None:
    (there,) = await put(store, agent_task())
    with store.meter.part() as part:
        read = await store.get(there.id)
        assert read is not None
        await store.commit(changes(update(read, title="New")))
    assert part.reads["tasks"] == 1
    assert part.writes == Counter({"tasks": 1, "events": 2, "meta": 1})


async def test_a_heartbeat_is_one_write_of_the_task_and_one_of_the_head(store: FirestoreStore) -> None:
    (there,) = await put(store, agent_task())
    with store.meter.part() as part:
        await store.commit(ChangeSet(NOW, (replace(update(there), events=()),)))
        await store.close()
    assert part.reads == Counter()
    assert part.writes == Counter({"tasks": 1, "meta": 1})
