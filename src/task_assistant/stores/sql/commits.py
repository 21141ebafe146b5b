"""One commit: everything that a ChangeSet asks for, inside the transaction that the caller has begun."""

from __future__ import annotations

from task_assistant.domain.history import Event
from task_assistant.domain.task import Task
from task_assistant.ports.store import ChangeSet, Committed, Write
from task_assistant.stores.sql import derive, documents, history, purging, records, writes
from task_assistant.stores.sql.statements import Connection
from task_assistant.stores.sql.writing import Writing


async def commit(connection: Connection, changes: ChangeSet) -> Committed:
    """Writes the change set. Raises what the port names; the caller then rolls back."""
    await derive.guard(connection, changes.writes)
    return await commit_held(connection, changes)


async def commit_held(connection: Connection, changes: ChangeSet) -> Committed:
    """The same for a change set that connects no tasks, whose rows are held already.

    Rows come first, and whoever changes the same ones waits. What all commits share comes last, one commit at a time:
    documents, counters, and the events, whose numbers thereby rise in the order of the commits.
    """
    writing = Writing(connection, changes.now)
    await _expect(connection, changes)
    written = [await _write(writing, write) for write in changes.writes]
    await derive.check_circles(writing)
    purged = await purging.purge(writing, changes.purge)
    current = purged | await derive.recount(writing)
    if await connection.turn():
        await _expect(connection, changes)
    for task_id in purged:
        await documents.forget(connection, task_id)
    inserted = {-(i + 1): task.id for i, task in enumerate(written)}
    for document in changes.documents:
        await documents.put(connection, document, inserted)
    await writing.ledger.settle(connection)
    events = await _append(connection, changes, written)
    return Committed(tuple(current.get(task.id, task) for task in written), events)


async def _expect(connection: Connection, changes: ChangeSet) -> None:
    for document in changes.documents:
        await documents.expect(connection, document, changes.now)


async def _write(writing: Writing, write: Write) -> Task:
    if write.expected is None:
        old, before = None, None
    else:
        old = await writes.read_expected(writing.connection, write.task.id, write.expected)
        before = writes.task_of(old)
    task = await _put(writing, write.task, old, before)
    await derive.connect(writing, before, task)
    derive.affect(writing, before, task)
    for record in write.records:
        await records.put(writing.connection, task.id, record)
    await writing.connection.pause()
    return task


async def _put(writing: Writing, task: Task, old: writes.Stored | None, before: Task | None) -> Task:
    """Writes the row with the derived counts as far as the task itself tells them."""
    if before is not None and before.depends_on == task.depends_on:
        opened = before.open_dependencies
    else:
        opened = await derive.count_open(writing.connection, task.depends_on)
    if old is None or before is None:
        return await writes.insert(writing, task, opened)
    return await writes.replace(writing, old, before, task, opened)


async def _append(connection: Connection, changes: ChangeSet, written: list[Task]) -> tuple[Event, ...]:
    """The tasks' events in the order of the writes, then those of no task."""
    pairs = zip(changes.writes, written, strict=True)
    told: list[tuple[Event, int | None]] = [
        (event, task.id) for write, task in pairs for event in write.events
    ]
    told += [(event, event.task_id) for event in changes.events]
    return tuple([await history.append(connection, event, task_id) for event, task_id in told])
