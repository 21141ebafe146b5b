"""Migrations on PostgreSQL: together they are the schema of `tables.py`, and each goes up and down with data."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from task_assistant.stores.sql.migrating import downgrade, upgrade
from task_assistant.stores.sql.postgres import PostgresStore, opening
from task_assistant.stores.sql.postgres.migrating import exclusive
from task_assistant.stores.sql.revisions import REVISIONS
from task_assistant.stores.sql.tables import metadata
from tests.factories import changes, claimed_task, document, full_task, insert, task
from tests.stores.conformance.telling import put_one, titles
from tests.stores.postgres_only.cluster import cluster

COLUMNS = """SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attcollation
             FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
             WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY 1, 2"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"


def schema(database: str) -> list[Any]:
    """Every column and index."""
    return cluster().execute(database, COLUMNS) + cluster().execute(database, INDEXES)


def ours(_found: Any, name: str | None, kind: str, *_: object) -> bool:
    """Without the search index, which the metadata cannot express."""
    return not (kind == "table" and name == "search")


async def test_all_migrations_together_are_the_schema(database: str) -> None:
    with exclusive(cluster().url(database)) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_revision_goes_down_and_up_with_data(empty: str, revision: str) -> None:
    url = cluster().url(empty)
    await opening.ready(url)
    store = PostgresStore(url)
    await store.open()
    there = await put_one(store, full_task())
    held = insert(claimed_task(depends_on=(there.id,), labels=("a",)))
    await store.commit(changes(held, documents=(document(tasks=(-1,)),)))
    kept = await store.get(there.id)
    await store.close()
    below = ([None, *REVISIONS])[REVISIONS.index(revision)]
    before = schema(empty)
    with exclusive(url) as connection:
        downgrade(connection, below or "base")
    assert schema(empty) != before
    with exclusive(url) as connection:
        upgrade(connection, "head")
    assert schema(empty) == before
    again = PostgresStore(url)
    await again.open()
    await put_one(again, task("After"))
    assert "After" in await titles(again)
    if below is not None and kept is not None:
        found = await again.get(there.id)
        lost = ("assessment", "recurrence")  # what is in a column goes with it
        assert found == kept.having(**{name: getattr(found, name) for name in lost})
    await again.close()
