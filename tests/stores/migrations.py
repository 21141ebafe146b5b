"""What every migration must stand on every database: down and up again with tasks in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection

from task_assistant.stores.sql.migrating import downgrade, upgrade
from task_assistant.stores.sql.revisions import REVISIONS
from task_assistant.stores.sql.store import SqlStore
from tests.factories import changes, claimed_task, document, full_task, insert, task
from tests.stores.conformance.telling import put_one, titles

LOST = ("assessment", "recurrence")  # fields with a column of their own: what is in them goes with it


async def there_and_back(
    make: Callable[[], SqlStore[Any]],
    migrating: Callable[[], AbstractContextManager[Connection]],
    schema: Callable[[], Any],
    revision: str,
) -> None:
    """From the newest schema to the one below `revision` and up again: the same schema, the same tasks."""
    store = make()
    await store.open()
    there = await put_one(store, full_task())
    held = insert(claimed_task(depends_on=(there.id,), labels=("a",)))
    await store.commit(changes(held, documents=(document(tasks=(-1,)),)))
    kept = await store.get(there.id)
    await store.close()
    below = ([None, *REVISIONS])[REVISIONS.index(revision)]
    before = schema()
    with migrating() as connection:
        downgrade(connection, below or "base")
    assert schema() != before
    with migrating() as connection:
        upgrade(connection, "head")
    assert schema() == before
    again = make()
    await again.open()
    await put_one(again, task("After"))
    assert "After" in await titles(again)
    if below is not None:
        assert kept is not None
        found = await again.get(there.id)
        assert found == kept.having(**{name: getattr(found, name) for name in LOST})
    await again.close()
