"""Purge: the texts of a task, earlier ones too, are in no byte of its files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from task_assistant.domain.task import Task
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.sqlite import writer
from tests.factories import changes
from tests.stores.sql_only.purged_texts import Texts, add, edit, traces


@pytest.mark.parametrize("seed", range(3))
async def test_no_file_has_a_trace_of_what_was_purged(store: SqliteStore, path: Path, seed: int) -> None:
    texts = Texts(seed)
    tasks: dict[int, Task] = {}
    for _ in range(40):
        there = await add(store, texts)
        tasks[there.id] = there
        again = texts.random.choice(list(tasks.values()))
        tasks[again.id] = await edit(store, texts, again)
    gone = texts.random.sample(sorted(tasks), 13)
    lost = [word for task_id in gone for word in texts.of_task[task_id]]
    kept = [texts.of_task[task_id][-1] for task_id in tasks if task_id not in gone]
    assert traces(path.parent, lost) == lost
    await store.commit(changes(purge=tuple(gone[:6])))
    for task_id in gone[6:]:
        await store.commit(changes(purge=(task_id,)))
    assert traces(path.parent, lost) == []
    assert traces(path.parent, kept) == kept


async def test_a_file_that_cannot_be_rewritten_is_told(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await add(store, Texts(1))

    def full(raw: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(writer, "erase", full)
    with pytest.raises(StoreUnavailable, match="purge again"):
        await store.commit(changes(purge=(there.id,)))
    found = await store.get(there.id)
    assert found is not None
    assert found.purged
