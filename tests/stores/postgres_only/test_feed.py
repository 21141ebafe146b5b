"""The feed on PostgreSQL: numbers rise in the order of the commits, so that no reader ever passes one by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import Stale
from task_assistant.stores.sql.derive import EDGES
from task_assistant.stores.sql.postgres import PostgresStore, connection
from task_assistant.stores.sql.postgres.connection import MIGRATING, TURN
from task_assistant.stores.sql.search_index import SLOT
from tests.factories import changes, event, insert, task, update
from tests.stores.conformance.telling import put_one, stored, whole_feed
from tests.stores.postgres_only.cluster import cluster
from tests.stores.postgres_only.conftest import Open

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def until(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if await asyncio.to_thread(true):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


def waiting(raw: Any) -> int:
    return int(raw.execute(WAITING).fetchone()[0])


async def test_events_stay_hidden_while_an_older_transaction_may_still_get_earlier_numbers(
    store: PostgresStore, database: str
) -> None:
    """Somebody has numbers and has not committed: the next commit waits, and no reader sees past it."""
    await put_one(store, task("First"))
    with (
        psycopg.connect(cluster().url(database)) as other,
        psycopg.connect(cluster().url(database), autocommit=True) as looking,
    ):
        other.execute(f"SELECT pg_advisory_xact_lock({TURN})")
        later = asyncio.create_task(put_one(store, task("Later")))
        await until(lambda: waiting(looking) == 1)
        assert len(await whole_feed(store)) == 1
        assert await store.position() == (await whole_feed(store))[-1].seq
        other.execute(
            "INSERT INTO events (id, type, actor, via, at) VALUES ('earlier', 'created', 'human', 'api', 0)"
        )
        other.commit()
        await later
    seen = await whole_feed(store)
    assert seen[1].id == "earlier"
    assert [one.seq for one in seen] == sorted(one.seq for one in seen)


async def test_a_reader_who_only_goes_forward_misses_nothing_of_many_writers(another: Open) -> None:
    stores = [await another(), await another()]
    seen: list[str] = []
    pages = 0
    over = asyncio.Event()

    async def write(n: int) -> None:
        there = await put_one(stores[n % 2], task(f"Task {n}"))
        for version in range(2, 12):
            told = (event(task_id=there.id, version=version), event(task_id=there.id, version=version))
            there = (await stores[n % 2].commit(changes(update(there, events=told, version=version)))).tasks[
                0
            ]

    async def read() -> None:
        nonlocal pages
        cursor, last = 0, False
        while not last:
            last = over.is_set()
            while page := await stores[0].events(cursor, 7):
                pages += not last
                seen.extend(one.id for one in page)
                cursor = page[-1].seq

    reading = asyncio.create_task(read())
    await asyncio.gather(*map(write, range(6)))
    over.set()
    await reading
    assert pages > 3, "the reader never read amid the writers, so this proves nothing"
    everything = await whole_feed(stores[1])
    assert seen == [one.id for one in everything]
    assert len(seen) == 6 * 21


async def test_a_refused_commit_wakes_nobody_and_holds_nobody_up(another: Open) -> None:
    one, two = await another(), await another()
    there = await put_one(one, task())
    await one.commit(changes(update(there)))
    await put_one(two, task())
    stamp = await two.stamp()
    with pytest.raises(Stale):
        await one.commit(changes(update(there)))
    assert await two.changed(stamp, 0.05) == stamp
    await put_one(one, task())
    assert await two.changed(stamp, 10) != stamp


async def test_one_who_holds_the_turn_for_too_long_makes_others_busy(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SESSION", (*connection.SESSION, "SET statement_timeout = '50ms'"))
    store = PostgresStore(cluster().url(database))
    await store.open()
    with psycopg.connect(cluster().url(database)) as other:
        other.execute(f"SELECT pg_advisory_xact_lock({TURN})")
        with pytest.raises(Busy):
            await put_one(store, task())
    await put_one(store, task())
    await store.close()


async def test_a_statement_that_takes_too_long_is_given_up(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SESSION", (*connection.SESSION, "SET statement_timeout = '50ms'"))
    store = PostgresStore(cluster().url(database))
    await store.open()
    there = await put_one(store, task())
    with psycopg.connect(cluster().url(database)) as other:
        other.execute("LOCK TABLE tasks")
        with pytest.raises(Busy):
            await store.get(there.id)
    assert await stored(store, there) == there
    await store.close()


async def test_many_at_once_share_the_few_connections(database: str) -> None:
    store = PostgresStore(cluster().url(database), most=2)
    await store.open()
    there = await asyncio.gather(*(put_one(store, task(f"Task {n}")) for n in range(30)))
    assert len({each.id for each in there}) == 30
    assert all(await asyncio.gather(*(store.get(each.id) for each in there)))
    found = cluster().execute(
        database, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    )
    assert found[0][0] <= 2 + 2 + 1 + 1  # reads, writes, the listener, and who asks
    await store.close()


async def test_a_write_waits_for_no_reader_and_a_reader_for_no_write(
    store: PostgresStore, database: str
) -> None:
    there = await put_one(store, task("Before"))
    with (
        psycopg.connect(cluster().url(database)) as reader,
        psycopg.connect(cluster().url(database)) as writer,
    ):
        reader.execute("SELECT * FROM tasks").fetchall()
        there = (await store.commit(changes(update(there, title="After")))).tasks[0]
        writer.execute("UPDATE tasks SET title = 'Elsewhere' WHERE id = %s", (there.id,))
        assert (await stored(store, there)).title == "After"
        await store.commit(changes(insert(task("Another"))))


def test_what_is_locked_by_number_has_different_numbers() -> None:
    """The numbers of ages are multiples of a slot."""
    assert len({MIGRATING, TURN, EDGES}) == 3
    assert all(number % SLOT for number in (MIGRATING, TURN, EDGES))
