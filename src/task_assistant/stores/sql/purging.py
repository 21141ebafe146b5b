"""Purging: the texts of a task vanish from every table; its numbers and the digest of its external id stay."""

from __future__ import annotations

from collections.abc import Iterable

from task_assistant.domain.purging import erased
from task_assistant.domain.task import Task
from task_assistant.stores.sql import derive, history, records, writes
from task_assistant.stores.sql.writing import Writing


async def purge(writing: Writing, ids: Iterable[int]) -> dict[int, Task]:
    """Empties the tasks, their files and past events; the tasks as they now are. Documents come later."""
    found: dict[int, Task] = {}
    for task_id in ids:
        row = await writes.read(writing.connection, task_id)
        if row is None:
            continue
        before = writes.task_of(row)
        found[task_id] = await writes.replace(writing, row, before, erased(before, writing.now))
        derive.affect(writing, before, found[task_id])
        for part in (records, history):
            await part.forget(writing.connection, task_id)
    if found:
        await writing.connection.erase_traces()
    return found
