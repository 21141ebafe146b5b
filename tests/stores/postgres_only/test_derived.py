"""What the PostgreSQL store keeps derived is, after any story and any race, what follows from the tasks."""

from __future__ import annotations

import asyncio
import random

import psycopg
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from task_assistant.domain.errors import DependencyCycle
from task_assistant.domain.task import Status
from task_assistant.ports.store import Stale
from tests.factories import changes, insert, task, update
from tests.stores.conformance.machine import StoreMachine
from tests.stores.conformance.telling import put, stored
from tests.stores.postgres_only.backend import Postgres
from tests.stores.postgres_only.cluster import cluster
from tests.stores.postgres_only.conftest import Open
from tests.stores.sql_only.recomputing import Difference, differences_in

WORDS = "SELECT unnest(tsvector_to_array(words)), search_id FROM search"


def differences(database: str) -> list[Difference]:
    with psycopg.connect(cluster().url(database)) as raw:
        return differences_in(raw, WORDS)


async def test_writers_that_meet_leave_every_counter_right(another: Open, database: str) -> None:
    """Two processes close, reopen, connect and create the same few tasks at once."""
    stores = [await another(), await another()]
    there = await put(stores[0], *(task(f"Task {n}", labels=("a",)) for n in range(6)))
    met = 0

    async def meddle(n: int) -> None:
        nonlocal met
        rng, store = random.Random(n), stores[n % 2]
        for _ in range(12):
            first, second = [await stored(store, each) for each in rng.sample(there, 2)]
            wanted = rng.choice(
                [
                    (update(first, status=rng.choice((Status.DONE, Status.BACKLOG))),),
                    (update(first, depends_on=(second.id,)), update(second, priority=rng.randint(1, 5))),
                    (insert(task(f"New {n}", depends_on=(first.id, second.id))),),
                ]
            )
            try:
                await store.commit(changes(*wanted))
            except Stale:
                met += 1
            except DependencyCycle:
                continue

    await asyncio.gather(*map(meddle, range(6)))
    assert met, "they never met, so this proves nothing"
    assert differences(database) == []


async def test_of_two_halves_of_a_circle_only_one_is_made(another: Open, database: str) -> None:
    stores = [await another(), await another()]
    one, two, three, four = await put(stores[0], *(task(f"Task {n}") for n in range(4)))
    await stores[0].commit(changes(update(two, depends_on=(three.id,)), update(four, depends_on=(one.id,))))
    one, three = await stored(stores[0], one), await stored(stores[0], three)
    halves = (update(one, depends_on=(two.id,)), update(three, depends_on=(four.id,)))
    answers = await asyncio.gather(
        *(store.commit(changes(half)) for store, half in zip(stores, halves, strict=True)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, DependencyCycle) for answer in answers) == 1
    assert differences(database) == []


class DerivedStory(StoreMachine):
    """The shared story, with one more thing that must hold after every step."""

    backend = Postgres()

    @invariant()
    def the_derived_copies_are_right(self) -> None:
        assert isinstance(self.backend, Postgres)
        assert differences(self.backend.database) == []


def test_after_any_story_all_derived_copies_are_right() -> None:
    profile = settings()
    few = settings(profile, max_examples=max(1, profile.max_examples // 8))
    run_state_machine_as_test(DerivedStory, settings=few)
