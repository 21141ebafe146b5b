"""One commit: everything that a ChangeSet asks for, inside the transaction that the caller has begun."""

from __future__ import annotations

from dataclasses import replace as copy
from datetime import datetime

from task_assistant.domain.history import Event
from task_assistant.domain.task import Task
from task_assistant.ports.store import ChangeSet, Committed, Write
from task_assistant.stores.sql import documents, history, purging, records, writes
from task_assistant.stores.sql.derive import Affected, connect, count_open, recount
from task_assistant.stores.sql.ledger import Ledger
from task_assistant.stores.sql.statements import Connection


async def commit(connection: Connection, changes: ChangeSet) -> Committed:
    """Writes the change set. Raises what the port names; the caller then rolls back."""
    ledger, affected, now = Ledger(), Affected(), changes.now
    written = [await _write(connection, write, now, ledger, affected) for write in changes.writes]
    current = await recount(connection, affected.ids, now, ledger)
    for write, task in zip(changes.writes, written, strict=True):
        for record in write.records:
            await records.put(connection, task.id, record)
    current |= await purging.purge(connection, changes.purge, now, ledger)
    await ledger.settle(connection)
    inserted = {-(i + 1): task.id for i, task in enumerate(written)}
    for document in changes.documents:
        await documents.put(connection, document, now, inserted)
    return Committed(
        tuple(current.get(task.id, task) for task in written), await _append(connection, changes, written)
    )


async def _write(connection: Connection, write: Write, now: datetime, ledger: Ledger, affected: Affected) -> Task:
    if write.expected is None:
        opened = await count_open(connection, write.task.depends_on)
        task = await writes.insert(connection, write.task.having(open_dependencies=opened), now, ledger)
        if task.depends_on:
            await connect(connection, task.id, task.depends_on, new=True)
        await affected.after(connection, None, task)
        return task
    old = await writes.read_expected(connection, write.task.id, write.expected)
    before = writes.task_of(old)
    opened, same = before.open_dependencies, before.depends_on == write.task.depends_on
    if not same:
        opened = await count_open(connection, write.task.depends_on, known=before.depends_on)
        await connect(connection, before.id, write.task.depends_on, new=False)
    wanted = write.task.having(open_dependencies=opened, unblocks=before.unblocks)
    task = await writes.replace(connection, old, wanted, now, ledger)
    await affected.after(connection, before, task)
    return task


async def _append(connection: Connection, changes: ChangeSet, written: list[Task]) -> tuple[Event, ...]:
    """The tasks' events in the order of the writes, then those of no task."""
    found = []
    for write, task in zip(changes.writes, written, strict=True):
        for event in write.events:
            found.append(await history.append(connection, copy(event, task_id=task.id)))
    for event in changes.events:
        found.append(await history.append(connection, event))
    return tuple(found)
