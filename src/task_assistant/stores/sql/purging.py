"""Purging: the texts of a task vanish from every table; its numbers and the digest of its external id stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from task_assistant.domain.task import Task
from task_assistant.stores.sql import documents, history, records, writes
from task_assistant.stores.sql.ledger import Ledger
from task_assistant.stores.sql.statements import Connection


def emptied(task: Task, now: datetime) -> Task:
    """What stays of a purged task."""
    return task.having(
        title="", description=None, agent=None, source_name=None, source_url=None, source_context=None,
        source_state=None, external_id=None, labels=(), claim=None, question=None, result=None, proposal=None,
        declined=None, ingested={}, deleted_at=task.deleted_at or now, purged=True,
    )  # fmt: skip


async def purge(connection: Connection, ids: Iterable[int], now: datetime, ledger: Ledger) -> dict[int, Task]:
    """Empties the tasks, their files, past events and the documents that name them; the tasks as they now are."""
    found: dict[int, Task] = {}
    for task_id in ids:
        row = await writes.read(connection, task_id)
        if row is None:
            continue
        found[task_id] = await writes.replace(connection, row, emptied(writes.task_of(row), now), now, ledger)
        for part in (records, history, documents):
            await part.forget(connection, task_id)
    if found:
        await connection.erase_traces()
    return found
