"""Backups: one a day, the newest kept, consistent under load, never an empty board over a full one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from task_assistant.bootstrap import backups as module
from task_assistant.bootstrap import dump_files
from task_assistant.bootstrap.backups import Backups, back_up_if_due, keep_backed_up
from task_assistant.domain.errors import DumpRefused
from task_assistant.domain.task import Task
from task_assistant.ports.store import Store
from task_assistant.services.moving import load, verify
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.sql import SqliteStore
from tests.factories import NOW, changes, event, insert, later, task, update
from tests.services.moving.houses import furnished
from tests.stores.sql_only.files import empty_file, hurried

DAY = timedelta(days=1)


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk() -> Iterator[None]:
    with hurried():
        yield


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(empty_file(tmp_path / "tasks.db"))
    await made.open()
    await furnished(made)
    yield made
    await made.close()


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups", 3)


async def test_the_newest_are_kept_and_strangers_left_alone(store: Store, backups: Backups) -> None:
    backups.directory.mkdir()
    (backups.directory / "holiday.jpg").write_text("mine")
    for day in range(5):
        await backups.make(store, NOW + day * DAY)
    assert [backup.made_at for backup in backups.all()] == [NOW + day * DAY for day in (4, 3, 2)]
    assert (backups.directory / "holiday.jpg").exists()
    assert backups.directory.stat().st_mode & 0o777 == 0o700


async def test_one_is_made_a_day(store: Store, backups: Backups) -> None:
    assert await back_up_if_due(store, backups, NOW) is not None
    assert await back_up_if_due(store, backups, later(hours=23)) is None
    assert await back_up_if_due(store, backups, later(hours=24)) is not None
    assert len(backups.all()) == 2


async def test_an_empty_board_pushes_no_backup_out(backups: Backups) -> None:
    assert await back_up_if_due(MemoryStore(), backups, NOW) is None
    assert backups.all() == []


async def test_of_two_processes_one_makes_it(store: Store, backups: Backups) -> None:
    made = await asyncio.gather(*(back_up_if_due(store, backups, later(seconds=n)) for n in range(4)))
    assert sum(backup is not None for backup in made) == 1


async def test_a_lock_that_a_dead_process_left_is_taken_over(store: Store, backups: Backups) -> None:
    backups.directory.mkdir()
    lock = backups.directory / module.LOCK
    lock.touch()
    born = datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    assert await back_up_if_due(store, backups, born + timedelta(hours=1)) is None
    assert await back_up_if_due(store, backups, born + timedelta(hours=7)) is not None
    assert not lock.exists()


async def test_a_backup_that_does_not_read_back_is_no_backup(
    store: Store, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = dump_files._fill

    async def bad_disk(file: Any, lines: AsyncIterator[bytes]) -> None:
        await fill(file, (line.replace(b"Task 3", b"Task 4") async for line in lines))

    monkeypatch.setattr(dump_files, "_fill", bad_disk)
    with pytest.raises(DumpRefused):
        await backups.make(store, NOW)
    assert list(backups.directory.iterdir()) == []


async def test_the_loop_makes_it_soon_after_the_start_and_ends_with_the_server(
    store: Store, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_LOOK", 0.0)
    stopping, made = asyncio.Event(), asyncio.Event()
    make = Backups.make

    async def noted(self: Backups, *given: Any) -> Any:
        answer = await make(self, *given)
        made.set()
        return answer

    monkeypatch.setattr(Backups, "make", noted)
    loop = asyncio.create_task(keep_backed_up(store, backups, stopping))
    await made.wait()
    stopping.set()
    await loop
    assert len(backups.all()) == 1


async def test_a_backup_under_write_load_restores_to_a_state_of_the_event_sequence(
    store: Store, backups: Backups
) -> None:
    done = await store.commit(changes(*(insert(task(f"Busy {n}")) for n in range(300))))
    stop = asyncio.Event()

    async def edits(one: Task) -> None:
        while not stop.is_set():
            version = one.version + 1
            told = event(task_id=one.id, version=version, changes={"title": (one.title, f"Title {version}")})
            write = update(one, events=(told,), version=version, title=f"Title {version}")
            one = (await store.commit(changes(write))).tasks[0]

    writers = [asyncio.create_task(edits(one)) for one in done.tasks[:8]]
    begun = await store.position()
    made, summary = await backups.make(store, NOW)
    ended = await store.position()
    stop.set()
    await asyncio.gather(*writers)

    back = MemoryStore()
    await load(back, lambda: dump_files.read(made.path), await verify(dump_files.read(made.path)), NOW)
    feed = await back.events(0, 100_000)
    assert feed == await store.events(0, len(feed)), "the backup's history is a beginning of the history"
    assert begun <= feed[-1].seq < ended, "somebody wrote while the backup was made"
    assert len(feed) == summary.counts["event"]
    latest = {told.task_id: told for told in feed if "title" in told.changes}
    for one in done.tasks:
        there = await back.get(one.id)
        assert there is not None
        told = latest.get(one.id)
        assert there.title == (told.changes["title"][1] if told else one.title)
        assert there.version == (told.version if told else one.version)
