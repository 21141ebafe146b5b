"""Task rows as they are written: with everything derived from them, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.ordering import micros
from task_assistant.domain.purging import external_digest
from task_assistant.domain.task import Task
from task_assistant.ports.store import Stale
from task_assistant.stores.sql import search_index
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.rows import COLUMNS, derived, time, to_row, to_task
from task_assistant.stores.sql.statements import Connection, Insert, Statement, inserting, updating
from task_assistant.stores.sql.tables import task_labels, tasks
from task_assistant.stores.sql.writing import Writing

STORED = [column.name for column in tasks.c]
READ = Statement(select(tasks).where(tasks.c.id == named("id")).with_for_update(key_share=True))
INSERT = Insert(tasks, STORED[1:], unless="external_digest")
PLACE = Insert(tasks, STORED)
OWNER_OF = Statement(select(tasks.c.id).where(tasks.c.external_digest == bindparam("digest")))
LABEL = inserting(task_labels, ("task_id", "label", "shelf"))
UNLABEL = Statement(delete(task_labels).where(task_labels.c.task_id == named("id")))
LABELS_MOVE = Statement(text("UPDATE task_labels SET shelf = :shelf WHERE task_id = :id"))
WORKER = Statement(
    text(
        "INSERT INTO workers (task_id, agent, shelf) VALUES (:id, :claim_agent, :shelf) ON CONFLICT DO NOTHING"
    )
)
WORKED = Statement(
    text(
        "INSERT INTO workers (task_id, agent, shelf) SELECT id, :claim_agent, shelf FROM tasks WHERE id = :id "
        "ON CONFLICT DO NOTHING"
    )
)
WORKERS_MOVE = Statement(text("UPDATE workers SET shelf = :shelf WHERE task_id = :id"))
Stored = dict[str, Any]


async def read(connection: Connection, task_id: int) -> Stored | None:
    """The whole row, inside the transaction that will change it: nobody else does until it ends."""
    rows = await connection.execute(READ, {"id": task_id})
    return dict(zip(STORED, rows[0], strict=True)) if rows else None


async def read_expected(connection: Connection, task_id: int, revision: int) -> Stored:
    """The row that is still as it was read; raises Stale for any other, also for one that there never was."""
    row = await read(connection, task_id)
    if row is None or row["revision"] != revision:
        raise Stale(task_id)
    return row


def task_of(row: Mapping[str, Any]) -> Task:
    """The task of a whole row."""
    return to_task(tuple(row[name] for name in COLUMNS))


async def insert(writing: Writing, task: Task, open_dependencies: int) -> Task:
    """Writes a new task and gives it its id. Raises ExternalIdTaken."""
    task = task.having(revision=1, open_dependencies=open_dependencies, unblocks=0)
    row = await _new(writing, task)
    row["id"] = await writing.connection.insert(INSERT, row)
    if row["id"] is None:
        raise ExternalIdTaken(await _owner(writing.connection, row["external_digest"]))
    return await _entered(writing, row, task)


async def place(writing: Writing, task: Task, digest: str | None) -> Task:
    """Writes a new task that has its id already; `digest` is what a purged one keeps of its external id."""
    task = task.having(revision=1, open_dependencies=0, unblocks=0)
    row = await _new(writing, task) | {"id": task.id}
    row["external_digest"] = row["external_digest"] or digest
    await writing.connection.insert(PLACE, row)
    return await _entered(writing, row, task)


async def worked(connection: Connection, task_id: int, agent: str) -> None:
    """Remembers that the agent has held the task."""
    await connection.execute(WORKED, {"id": task_id, "claim_agent": agent})


async def _new(writing: Writing, task: Task) -> Stored:
    row = to_row(task) | {"revision": 1, "written_at": micros(writing.now)} | derived(task, writing.now)
    row["external_digest"] = _digest(task)
    row["search_id"] = await search_index.search_id(writing, task.created_at)
    return row


async def _entered(writing: Writing, row: Stored, task: Task) -> Task:
    writing.ledger.enter(row)
    await search_index.index(writing.connection, row["search_id"], None, task)
    await _file(writing.connection, row, task.labels)
    return task.having(id=row["id"])


async def replace(
    writing: Writing, old: Stored, before: Task, task: Task, open_dependencies: int | None = None
) -> Task:
    """Writes the task over its row, whose revision goes up by one. Raises ExternalIdTaken."""
    opened = before.open_dependencies if open_dependencies is None else open_dependencies
    task = task.having(revision=before.revision + 1, open_dependencies=opened, unblocks=before.unblocks)
    row = to_row(task) | derived(task, writing.now)
    row |= {"id": task.id, "revision": task.revision, "written_at": micros(writing.now)}
    if task.external_id != before.external_id and not task.purged:
        row["external_digest"] = await _take_external_id(writing.connection, task)
    await _change(writing, old, row)
    await search_index.index(writing.connection, old["search_id"], before, task)
    await _refile(writing.connection, old, row, task.labels)
    return task


async def recount(writing: Writing, old: Stored, task: Task) -> None:
    """Writes the derived counts and what follows from them; revision, and the time of writing, stay."""
    row = derived(task, time(old["written_at"])) | {"id": task.id, "private": old["private"]}
    await _change(writing, old, row)
    await _move(writing.connection, old, row)


async def _change(writing: Writing, old: Stored, row: Stored) -> None:
    """Only what changed: an index whose columns stay is not touched."""
    changed = tuple(name for name, value in row.items() if value != old[name])
    await writing.connection.execute(_updating(changed), row)
    writing.ledger.leave(old)
    writing.ledger.enter(row)


@lru_cache(512)
def _updating(names: tuple[str, ...]) -> Statement:
    return updating(tasks, names)


def _digest(task: Task) -> str | None:
    return None if task.external_id is None else external_digest(task.external_id)


async def _owner(connection: Connection, digest: str) -> int:
    return int((await connection.execute(OWNER_OF, {"digest": digest}))[0][0])


async def _take_external_id(connection: Connection, task: Task) -> str | None:
    """The digest of a task's new external id. Raises ExternalIdTaken, also when a purged task had it."""
    digest = _digest(task)
    rows = await connection.execute(OWNER_OF, {"digest": digest}) if digest else []
    if rows and rows[0][0] != task.id:
        raise ExternalIdTaken(rows[0][0])
    return digest


async def _file(connection: Connection, row: Stored, labels: Iterable[str]) -> None:
    """Puts the task under the labels, and its claim's agent among those who have worked on it."""
    for label in dict.fromkeys(labels):
        await connection.execute(LABEL, {"task_id": row["id"], "label": label, "shelf": row["shelf"]})
    if row["claim_agent"] is not None:
        await connection.execute(WORKER, row)


async def _refile(connection: Connection, old: Stored, row: Stored, labels: Iterable[str]) -> None:
    relabelled = row["labels"] != old["labels"]
    if relabelled and old["labels"]:
        await connection.execute(UNLABEL, row)
    await _move(connection, old, row)
    if relabelled or row["claim_agent"] != old["claim_agent"]:
        await _file(connection, row, labels if relabelled else ())


async def _move(connection: Connection, old: Stored, row: Stored) -> None:
    """Takes the task's names to its new shelf."""
    if row["shelf"] != old["shelf"]:
        if old["labels"]:
            await connection.execute(LABELS_MOVE, row)
        await connection.execute(WORKERS_MOVE, row)
