"""Items written as they are, with everything derived from them, inside the transaction that the caller has begun."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete

from task_assistant.domain.history import Event
from task_assistant.domain.task import Task
from task_assistant.ports.moving import Filed, Item, Kept
from task_assistant.stores.sql import derive, documents, history, records, writes
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import events
from task_assistant.stores.sql.writing import Writing

AGAIN = Statement(delete(events).where(events.c.id == bindparam("id")))


async def load(connection: Connection, items: Sequence[Item]) -> None:
    """Writes the items in their order; see the port."""
    await connection.turn()
    kept = [item for item in items if isinstance(item, Kept)]
    if kept:
        await _load_tasks(connection, kept)
    for item in items:
        if isinstance(item, Filed):
            await records.put(connection, item.task_id, item.record)
        elif isinstance(item, Event):
            await connection.execute(AGAIN, {"id": item.id})
            await history.enter(connection, item)
        elif not isinstance(item, Kept):
            await documents.put(connection, item, {})
        await connection.pause()
    await connection.number_on()


async def _load_tasks(connection: Connection, items: Sequence[Kept]) -> None:
    """Rows first, edges then, as they may lead to a later one of the items; counts last."""
    writing = Writing(connection, items[0].written_at)
    needed = {i for item in items for i in item.task.depends_on}
    written = [(await _put(writing, item), item.task) for item in items]
    await derive.count_open(connection, needed)  # refuses those that there are not
    for before, task in written:
        await derive.connect(writing, before, task)
        derive.affect(writing, before, task)
    writing.affected.update(item.task.id for item in items)
    await derive.check_circles(writing)
    await derive.recount(writing)
    await writing.ledger.settle(connection)


async def _put(writing: Writing, item: Kept) -> Task | None:
    """Writes the row; the task that was there before."""
    writing.now = item.written_at
    old = await writes.read(writing.connection, item.task.id)
    before = None if old is None else writes.task_of(old)
    if old is None or before is None:
        await writes.place(writing, item.task, item.digest)
    else:
        await writes.replace(writing, old, before, item.task)
    for agent in item.workers:
        await writes.worked(writing.connection, item.task.id, agent)
    await writing.connection.pause()
    return before
