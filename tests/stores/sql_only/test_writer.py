"""The writer: jobs that wait are committed together, each by itself; whoever goes or fails disturbs nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import Stale, StoreUnavailable, Write
from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.sqlite import writer
from task_assistant.stores.sql.sqlite.connection import connect
from tests.factories import NOW, changes, insert, later, task
from tests.stores.conformance.telling import put_one, titles, whole_feed


@contextmanager
def held_back(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[threading.Event, threading.Event, list[int]]]:
    """Stops the writer before its first group until the second event is set; collects the sizes of groups."""
    stopped, go, groups = threading.Event(), threading.Event(), []
    run = writer._do

    def waiting(connection: Any, group: list[Any]) -> None:
        stopped.set()
        assert go.wait(10)
        groups.append(len(group))
        run(connection, group)

    with monkeypatch.context() as patched:
        patched.setattr(writer, "_do", waiting)
        yield stopped, go, groups
        go.set()


async def started(*jobs: Any) -> list[asyncio.Task[Any]]:
    """The jobs, each as far as its place in the queue."""
    running = [asyncio.create_task(job) for job in jobs]
    await asyncio.sleep(0)
    return running


async def test_jobs_that_wait_are_committed_together(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_back(monkeypatch) as (stopped, go, groups):
        first = await started(put_one(store, task("first")))
        assert await asyncio.to_thread(stopped.wait, 10)
        others = await started(*(put_one(store, task(f"Task {n}")) for n in range(70)))
        stamp = await store.stamp()
        go.set()
        await asyncio.gather(*first, *others)
    assert groups == [1, 64, 6]
    assert len({each.result().id for each in others}) == 70
    assert await store.stamp() != stamp


async def test_a_job_that_fails_takes_nothing_with_it_and_leaves_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await put_one(store, task("One", external_id="a"))
    with held_back(monkeypatch) as (stopped, go, groups):
        first = await started(put_one(store, task("first")))
        assert await asyncio.to_thread(stopped.wait, 10)
        wrong = changes(insert(task("never")), Write(there, 99))
        jobs = await started(
            put_one(store, task("before")), store.commit(wrong), put_one(store, task("after"))
        )
        go.set()
        _, failed, _ = await asyncio.gather(*jobs, return_exceptions=True)
        await asyncio.gather(*first)
    assert groups == [1, 3]
    assert isinstance(failed, Stale)
    assert sorted(await titles(store)) == ["One", "after", "before", "first"]
    assert [each.seq for each in await whole_feed(store)] == [1, 2, 3, 4]


async def test_whoever_goes_before_their_turn_has_asked_for_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_back(monkeypatch) as (stopped, go, _):
        first = await started(put_one(store, task("first")))
        assert await asyncio.to_thread(stopped.wait, 10)
        gone, stays = await started(put_one(store, task("gone")), put_one(store, task("stays")))
        gone.cancel()
        await asyncio.wait([gone])
        go.set()
        await asyncio.gather(*first, stays)
    assert sorted(await titles(store)) == ["first", "stays"]


async def test_whoever_goes_during_their_turn_leaves_a_whole_commit(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_back(monkeypatch) as (stopped, go, _):
        (gone,) = await started(put_one(store, task("gone")))
        assert await asyncio.to_thread(stopped.wait, 10)
        gone.cancel()
        await asyncio.wait([gone])
        go.set()
        await put_one(store, task("next"))
    assert sorted(await titles(store)) == ["gone", "next"]
    assert len(await whole_feed(store)) == 2


async def test_closing_finishes_what_was_asked_for(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_back(monkeypatch) as (stopped, go, _):
        jobs = await started(*(put_one(store, task(f"Task {n}")) for n in range(5)))
        assert await asyncio.to_thread(stopped.wait, 10)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(*jobs, closing)
    await store.open()
    assert len(await titles(store)) == 5


async def test_closing_ends_the_waiting_for_changes(store: SqliteStore) -> None:
    stamp = await store.stamp()
    (waiting,) = await started(store.changed(stamp, 60))
    await store.close()
    assert await asyncio.wait_for(waiting, 10) == stamp


async def test_a_writer_that_never_gets_the_lock_says_busy_and_lives_on(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = connect(store._database.path, writes=True)
    other.execute("BEGIN IMMEDIATE")
    with monkeypatch.context() as patched:
        patched.setattr(writer, "BUSY_SECONDS", 0.05)
        with pytest.raises(Busy):
            await put_one(store, task("refused"))
    other.execute("ROLLBACK")
    other.close()
    await put_one(store, task("accepted"))
    assert await titles(store) == ["accepted"]


async def test_readers_go_on_while_another_process_writes(store: SqliteStore) -> None:
    await put_one(store, task("there"))
    other = connect(store._database.path, writes=True)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE tasks SET title = 'changed'")
    assert await titles(store) == ["there"]
    other.execute("COMMIT")
    other.close()
    assert (await store.tally(later(hours=1), private=True)).active == 1


async def test_a_full_disk_fails_the_whole_group_in_words_and_the_writer_lives_on(store: SqliteStore) -> None:
    await put_one(store, task("there"))
    raw = store._database._writer._connection.raw  # type: ignore[union-attr]
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    with pytest.raises(StoreUnavailable, match="disk"):
        await put_one(store, task("too large", description="words " * 3_000))
    raw.execute("PRAGMA max_page_count = 1000000").fetchall()
    await put_one(store, task("fits"))
    assert sorted(await titles(store)) == ["fits", "there"]


async def test_a_store_operation_may_not_wait_inside_a_transaction(store: SqliteStore) -> None:
    async def waits(_: Any) -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="must not wait"):
        await store._database.write(waits)
    assert (await put_one(store, task(), now=NOW)).id == 1


async def test_statements_run_on_the_loop_that_asked_and_others_get_their_turn(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    turns = 0

    async def long_work(connection: Any) -> int:
        for _ in range(10):
            threads.add(threading.get_ident())
            await connection.pause()
        return turns

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(writer, "TURN_SECONDS", -1.0)  # every pause ends a turn
    other = asyncio.create_task(others())
    assert await store._database.write(long_work) > 5
    other.cancel()
    assert threads == {threading.get_ident()}


def test_a_loop_that_is_closed_before_its_turn_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LOOP_CHECK_SECONDS", 0.01)
    store = SqliteStore(tmp_path / "tasks.db")
    with held_back(monkeypatch) as (stopped, go, _):
        with asyncio.Runner() as first:
            first.run(store.open())
            first.run(_begun(store))
            assert stopped.wait(10)
        go.set()
        with asyncio.Runner() as second:
            second.run(put_one(store, task("next")))
            assert sorted(second.run(titles(store))) == ["asked for by who has gone", "next"]
            second.run(store.close())


async def _begun(store: SqliteStore) -> None:
    await started(put_one(store, task("asked for by who has gone")))
