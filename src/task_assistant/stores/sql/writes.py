"""Task rows as they are written: with everything derived from them, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from task_assistant.domain.errors import ExternalIdTaken
from task_assistant.domain.task import Task
from task_assistant.ports.store import Stale
from task_assistant.stores.sql import fts5
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.ledger import Ledger
from task_assistant.stores.sql.rows import COLUMNS, derived, digest, to_row, to_task
from task_assistant.stores.sql.statements import Connection, Row, Statement, inserting, updating
from task_assistant.stores.sql.tables import task_labels, tasks, workers

STORED = [column.name for column in tasks.c]
PLACES = [STORED.index(name) for name in COLUMNS]
READ = Statement(select(tasks).where(tasks.c.id == named("id")))
INSERT = inserting(tasks, STORED[1:], returning="id")
OWNER_OF = Statement(select(tasks.c.id).where(tasks.c.external_digest == bindparam("digest")))
LABEL = inserting(task_labels, ("task_id", "label", "shelf"))
UNLABEL = Statement(delete(task_labels).where(task_labels.c.task_id == named("id")))
LABELS_MOVE = Statement(text("UPDATE task_labels SET shelf = :shelf WHERE task_id = :id"))
WORKER = Statement(
    text("INSERT INTO workers (task_id, agent, shelf) VALUES (:id, :agent, :shelf) ON CONFLICT DO NOTHING")
)
WORKERS_MOVE = Statement(text("UPDATE workers SET shelf = :shelf WHERE task_id = :id"))
Stored = dict[str, Any]


async def read(connection: Connection, task_id: int) -> Stored | None:
    """The whole row, inside the transaction that will change it."""
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


async def insert(connection: Connection, task: Task, now: datetime, ledger: Ledger) -> Task:
    """Writes a new task and gives it its id; its own open dependencies are counted already."""
    task = task.having(revision=1, unblocks=0)
    row = to_row(task) | derived(task, now) | {"revision": 1, "external_digest": await _digest(connection, task)}
    row["id"] = (await connection.execute(INSERT, row))[0][0]
    ledger.enter(row)
    await fts5.index(connection, row["id"], "", fts5.indexed_text(row))
    await _file(connection, task, row)
    return task.having(id=row["id"])


async def replace(connection: Connection, old: Stored, task: Task, now: datetime, ledger: Ledger) -> Task:
    """Writes the task over its row, whose revision goes up by one."""
    task = task.having(revision=old["revision"] + 1)
    row = to_row(task) | derived(task, now) | {"id": task.id, "revision": task.revision}
    if task.external_id != old["external_id"] and not task.purged:
        row["external_digest"] = await _digest(connection, task)
    await _update(connection, old, row)
    ledger.leave(old)
    ledger.enter(row)
    await fts5.index(connection, task.id, fts5.indexed_text(old), fts5.indexed_text(row))
    await _refile(connection, old, task, row)
    return task


async def _update(connection: Connection, old: Stored, row: Stored) -> None:
    """Only what changed: an index whose columns stay is not touched."""
    changed = tuple(name for name, value in row.items() if value != old[name])
    await connection.execute(_updating(changed), row)


@lru_cache(512)
def _updating(names: tuple[str, ...]) -> Statement:
    return updating(tasks, names)


async def _digest(connection: Connection, task: Task) -> str | None:
    """The digest of the external id, which no other task may have, also no purged one."""
    if task.external_id is None:
        return None
    found = digest(task.external_id)
    taken = await connection.execute(OWNER_OF, {"digest": found})
    if taken and taken[0][0] != task.id:
        raise ExternalIdTaken(taken[0][0])
    return found


async def _file(connection: Connection, task: Task, row: Stored) -> None:
    """Puts the task under its labels, and its claim's agent among those who have worked on it."""
    for label in dict.fromkeys(task.labels):
        await connection.execute(LABEL, {"task_id": row["id"], "label": label, "shelf": row["shelf"]})
    if task.claim is not None:
        worker = {"id": row["id"], "agent": task.claim.agent, "shelf": row["shelf"]}
        await connection.execute(WORKER, worker)


async def _refile(connection: Connection, old: Stored, task: Task, row: Stored) -> None:
    moved, relabelled = row["shelf"] != old["shelf"], row["labels"] != old["labels"]
    if relabelled and old["labels"]:
        await connection.execute(UNLABEL, row)
    elif moved and old["labels"]:
        await connection.execute(LABELS_MOVE, row)
    if moved:
        await connection.execute(WORKERS_MOVE, row)
    if relabelled or row["claim_agent"] != old["claim_agent"]:
        await _file(connection, task if relabelled else task.having(labels=()), row)
