"""A server that restarts, or a connection that breaks at the worst moment, loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import psycopg
import pytest

from task_assistant.ports.store import Stale, StoreUnavailable
from task_assistant.stores.sql.postgres import PostgresStore, database
from tests.factories import changes, insert, task, update
from tests.stores.conformance.telling import put, put_one, stored, titles, whole_feed
from tests.stores.postgres_only.cluster import Cluster, cluster
from tests.stores.postgres_only.conftest import Open


def break_next_commit(monkeypatch: pytest.MonkeyPatch, when: str) -> list[str]:
    """The connection breaks at the next commit, before or after the server has done it; noted in the list."""
    execute, broke = psycopg.AsyncConnection.execute, list[str]()

    async def breaking(raw: Any, query: Any, *given: Any, **more: Any) -> Any:
        if query != "COMMIT" or broke:
            return await execute(raw, query, *given, **more)
        broke.append(when)
        if when == "after":
            await execute(raw, "COMMIT")
        await raw.close()
        raise psycopg.OperationalError("the connection is lost")

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", breaking)
    return broke


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_commit_whose_answer_is_lost_is_done_exactly_once(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    there = await put_one(store, task("One"))
    broke = break_next_commit(monkeypatch, when)
    answer = await store.commit(changes(update(there, title="Two"), insert(task("New", external_id="new"))))
    assert broke == [when]
    assert answer.tasks[0] == await stored(store, there)
    assert sorted(await titles(store)) == ["New", "Two"]
    told = await whole_feed(store)
    assert [event.id for event in told[-2:]] == [event.id for event in answer.events]
    assert len(told) == 3


async def test_a_connection_that_the_server_ends_is_replaced(another: Open) -> None:
    one, two = await another(), await another()
    await put_one(one, task("One"))
    stamp = await two.stamp()
    with psycopg.connect(cluster().url("postgres"), autocommit=True) as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'personal-task-assistant'"
        )
    assert await titles(one) == ["One"]
    await put_one(one, task("Two"))
    assert await two.changed(stamp, 10) != stamp
    assert len(await titles(two)) == 2


async def test_who_waited_through_a_restart_hears_of_the_first_commit_after_it(own: Cluster) -> None:
    url = own.url(own.take())
    one, two = PostgresStore(url), PostgresStore(url)
    await one.open()
    await two.open()
    waiting = asyncio.create_task(_until_title(two, "After"))
    await asyncio.to_thread(own.stop)
    await asyncio.to_thread(own.start)
    await put_one(one, task("After"))
    await asyncio.wait_for(waiting, 20)
    for store in (one, two):
        await store.close()


async def _until_title(store: PostgresStore, title: str) -> None:
    stamp = await store.stamp()
    while title not in await titles(store):
        stamp = await store.changed(stamp, 30)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
async def test_writers_go_on_after_a_restart_and_every_task_is_written_once(
    own: Cluster, how: signal.Signals
) -> None:
    store = PostgresStore(own.url(own.take()))
    await store.open()
    written: list[int] = []
    enough, again, over, more = asyncio.Event(), asyncio.Event(), asyncio.Event(), 2**31

    async def write(name: int) -> None:
        n = 0
        while not over.is_set():
            written.append((await put_one(store, task(f"{name}-{n}"))).id)
            n += 1
            for sign, wanted in ((enough, 40), (again, more)):
                if len(written) >= wanted:
                    sign.set()

    writers = [asyncio.create_task(write(name)) for name in range(4)]
    await enough.wait()
    await asyncio.to_thread(own.stop, how)
    more = len(written) + 20
    await asyncio.to_thread(own.start)
    await again.wait()
    over.set()
    await asyncio.gather(*writers)
    there = await store.get_many(written)
    assert len(there) == len(written) == len(set(written))
    found = await titles(store, limit=10_000)
    assert len(found) == len(set(found)) == len(written)
    told = await whole_feed(store)
    assert sorted(event.task_id or 0 for event in told) == sorted(written)
    await store.close()


async def test_a_server_that_stays_away_is_given_up_in_words(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostgresStore(own.url(own.take()))
    await store.open()
    await asyncio.to_thread(own.stop)
    with monkeypatch.context() as patched:
        patched.setattr(database, "PATIENCE", 0.3)
        for ask in (store.get(1), store.commit(changes(insert(task()))), store.check()):
            with pytest.raises(StoreUnavailable, match="does not answer"):
                await ask
    await asyncio.to_thread(own.start)
    await put_one(store, task("Again"))
    await store.close()


async def test_whoever_lost_a_race_hears_of_it_and_never_of_the_driver(store: PostgresStore) -> None:
    there = await put(store, task("One"), task("Two"))
    first = changes(update(there[0], title="a"), update(there[1], title="a"))
    crossed = changes(update(there[1], title="b"), update(there[0], title="b"))
    answers = await asyncio.gather(store.commit(first), store.commit(crossed), return_exceptions=True)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [Stale]
    assert len(set(await titles(store))) == 1
