"""The feed across processes and accidents: whoever stops half-way, every event gets its number, in order."""

from __future__ import annotations

import pytest

from task_assistant.stores.firestore import FirestoreStore
from task_assistant.stores.firestore.batch import Batch, Stamp
from task_assistant.stores.firestore.feed import Feed
from task_assistant.stores.firestore.gateway import Gateway, Unsure
from tests.factories import changes, event, insert, task, update
from tests.stores.conformance.telling import change, put_one, stored, titles, whole_feed
from tests.stores.firestore_only.conftest import Open


async def left_behind(store: FirestoreStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this process ends between commit and numbering."""

    async def ended(self: Feed, event_ids: list[str]) -> list[int]:
        return [0 for _ in event_ids]

    monkeypatch.setattr(store, "_feed", store._feed)
    monkeypatch.setattr(type(store._feed), "number", ended)


async def test_the_next_commit_of_anybody_numbers_what_was_left_behind(
    another: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await another(), await another()
    with monkeypatch.context() as accident:
        await left_behind(one, accident)
        there = await put_one(one, task("Old"))
        await change(one, there, title="Newer")
    assert await two.events(0, 10) == []
    await change(two, there, title="Newest")
    assert [each.seq for each in await whole_feed(two)] == [1, 2, 3]
    told = await two.task_events(there.id, 0, 10)
    assert [each.type.value for each in told] == ["created", "edited", "edited"]


async def test_opening_numbers_what_was_left_behind(another: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    one = await another()
    with monkeypatch.context() as accident:
        await left_behind(one, accident)
        await put_one(one, task())
    assert await (await another()).position() == 1


async def test_a_clock_that_is_behind_does_not_turn_a_history_around(another: Open) -> None:
    one, two = await another(), await another()
    there = await put_one(one, task())
    two._commits.numbers._clock = lambda: 1_600_000_000.0
    told = event(task_id=there.id)
    await two.commit(changes(update(await stored(two, there), events=(told,))))
    assert (await one.task_events(there.id, 0, 10))[-1].id == told.id


class Answerless:
    """Loses the answers of the next commits: after they were written, or before they are sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, written: bool) -> None:
        self.lost = 0
        commit = Gateway.commit

        async def unanswered(gateway: Gateway, batch: Batch) -> list[Stamp]:
            if self.lost:
                return await commit(gateway, batch)
            self.lost += 1
            if written:
                await commit(gateway, batch)
            raise Unsure("no answer")

        monkeypatch.setattr(Gateway, "commit", unanswered)


@pytest.mark.parametrize("written", [True, False])
async def test_a_commit_without_an_answer_is_done_once(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    answerless = Answerless(monkeypatch, written=written)
    committed = await store.commit(changes(insert(task("Once", external_id="a"))))
    assert answerless.lost == 1
    assert await titles(store) == ["Once"]
    assert [each.id for each in await whole_feed(store)] == [each.id for each in committed.events]
    there = await stored(store, committed.tasks[0])
    assert there == committed.tasks[0]


@pytest.mark.parametrize("written", [True, False])
async def test_a_silent_change_without_an_answer_is_done_once(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    there = await put_one(store, task("Old"))
    Answerless(monkeypatch, written=written)
    await store.commit(changes(update(there, events=(), title="New")))
    found = await stored(store, there)
    assert (found.title, found.revision) == ("New", there.revision + 1)


async def test_numbering_without_an_answer_is_done_once(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = Feed._move
    lost = 0

    async def unanswered(self: Feed, rows: list[object]) -> None:
        nonlocal lost
        await move(self, rows)  # type: ignore[arg-type]
        if not lost:
            lost += 1
            self.head = type(self.head)(0, 0, self.head.seen)
            raise Unsure("no answer")

    monkeypatch.setattr(Feed, "_move", unanswered)
    first = await store.commit(changes(insert(task()), insert(task())))
    second = await store.commit(changes(insert(task())))
    assert [each.seq for each in (*first.events, *second.events)] == [1, 2, 3]
    assert len(await whole_feed(store)) == 3
