"""Ingest is idempotent under any interleaving: however batches overlap, each external id becomes one task."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from task_assistant.domain.task import Task
from task_assistant.ports.store import Stale
from task_assistant.services.capture import Batch, Capture, Ingested
from task_assistant.services.desk import Desk
from tests.domain.turns import TurnStore, interleaved
from tests.factories import EVERYTHING, NOW, CountingSecrets, FixedClock, adapter, changes, update
from tests.stores.conformance.telling import asking

NAMES = ("x", "y", "z")
items = st.fixed_dictionaries({"title": st.sampled_from("abc"), "external_id": st.sampled_from(NAMES)})
batches = st.lists(st.lists(items, min_size=1, max_size=4), min_size=2, max_size=4)
orders = st.lists(st.integers(0, 5), max_size=30)


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner() as runner:
        runner.run(coroutine)


def opened() -> tuple[TurnStore, Capture]:
    store = TurnStore()
    return store, Capture(Desk(store, FixedClock(), CountingSecrets()))


def batch(sent: list[dict[str, Any]], **how: Any) -> Batch:
    return Batch(list(enumerate(sent)), **how)


async def everything(store: TurnStore) -> list[Task]:
    return await store.find(asking(now=NOW, sight=EVERYTHING, include_closed=True))


@given(batches, orders, st.booleans())
def test_each_external_id_becomes_one_task_and_is_created_in_one_answer(
    sent: list[list[dict[str, Any]]], order: list[int], refresh: bool
) -> None:
    async def check() -> None:
        store, capture = opened()
        work = [capture.ingest(adapter(), batch(each, update=refresh)) for each in sent]
        answers: list[Ingested] = await interleaved(store, order, *work)
        named = {item["external_id"] for each in sent for item in each}
        there = await everything(store)
        assert Counter(task.external_id for task in there) == Counter(named)
        assert Counter(task.id for each in answers for task in each.created) == Counter(
            task.id for task in there
        )
        for each, answer in zip(sent, answers, strict=True):
            assert len(answer.created) + len(answer.duplicates) + len(answer.updated) == len(each)

    run(check())


def test_batches_that_are_planned_at_the_same_time_collide_and_look_again() -> None:
    async def check() -> None:
        store, capture = opened()
        sent = [{"title": "a", "external_id": "x"}]
        answers = await interleaved(store, [], *(capture.ingest(adapter(), batch(sent)) for _ in range(3)))
        assert store.collisions > 0, "they never met, so this file proves nothing"
        assert [len(answer.created) for answer in answers].count(1) == 1
        assert len(await everything(store)) == 1

    run(check())


@given(batches, orders)
def test_sending_everything_once_more_creates_nothing_and_changes_nothing(
    sent: list[list[dict[str, Any]]], order: list[int]
) -> None:
    async def check() -> None:
        store, capture = opened()
        await interleaved(store, order, *(capture.ingest(adapter(), batch(each)) for each in sent))
        before, position = await everything(store), await store.position()
        answers: list[Ingested] = await interleaved(
            store, order, *(capture.ingest(adapter(), batch(each)) for each in sent)
        )
        assert [answer.created for answer in answers] == [[] for _ in sent]
        assert await everything(store) == before
        assert await store.position() == position

    run(check())


@given(st.lists(items, min_size=1, max_size=4), orders)
def test_what_the_person_edits_meanwhile_is_never_overwritten(
    sent: list[dict[str, Any]], order: list[int]
) -> None:
    async def check() -> None:
        store, capture = opened()
        first = {"title": "as it came", "external_id": "x"}
        await interleaved(store, [], capture.ingest(adapter(), batch([first])))
        there = (await everything(store))[0]

        async def edit() -> bool:
            """The person changes the title of what they read; False when the source was quicker."""
            read = await store.get(there.id)
            assert read is not None
            try:
                await store.commit(changes(update(read, title="the person's words")))
            except Stale:
                return False
            return True

        ingest = capture.ingest(adapter(), batch(sent, update=True))
        edited, _ = await interleaved(store, order, edit(), ingest)
        after = next(task for task in await everything(store) if task.id == there.id)
        assert not edited or after.title == "the person's words"

    run(check())
