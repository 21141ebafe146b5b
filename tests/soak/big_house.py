"""A board to move: everything that there is, and as many tasks as one likes, with a history and files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.boards import BATCH, CLOSED_SHARE, fill
from task_assistant.domain.records import Record
from task_assistant.domain.task import Task
from task_assistant.ports.store import Store, Write
from task_assistant.stores.sql import SqliteStore
from tests.factories import changes, event, later, update
from tests.services.moving.houses import furnished

EDITS = 2
COMMENTED, DIFFED = 2, 10  # every so manieth task has a comment, a diff


async def build(file: Path, tasks: int) -> None:
    """A SQLite file with about so many tasks."""
    store = SqliteStore(file)
    await store.open()
    await fill(store, tasks * CLOSED_SHARE // (CLOSED_SHARE + 1))
    await furnished(store)
    for turn in range(EDITS):
        await _live(store, turn)
    await store.close()


async def _live(store: Store, turn: int) -> None:
    """Every task is edited once more, and some get entries."""
    async with store.snapshot() as snapshot:
        count = await snapshot.count("task")
    for start in range(1, count + 1, BATCH):
        there = await store.get_many(range(start, start + BATCH))
        writes = [_edited(task, turn) for task in there.values() if not task.purged]
        await store.commit(changes(*writes, now=later(minutes=turn)))


def _edited(task: Task, turn: int) -> Write:
    version = task.version + 1
    title = f"{task.title} ({turn})"[:240]
    told = event(task_id=task.id, version=version, changes={"title": (task.title, title)})
    return update(task, *_entries(task, turn), events=(told,), version=version, title=title)


def _entries(task: Task, turn: int) -> Sequence[Record]:
    found = []
    if task.id % COMMENTED == 0:
        found.append(Record("comment", 100 + turn, {"text": f"Grüße, {task.title}"}))
    if task.id % DIFFED == 0:
        found.append(Record("artifact", 100 + turn, {"n": 100 + turn}, f"+ {task.title}\n" * 20))
    return found
