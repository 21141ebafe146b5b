"""Migrations on PostgreSQL: together they are the schema of `tables.py`, and each goes up and down with data."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from task_assistant.stores.sql.postgres import PostgresStore
from task_assistant.stores.sql.postgres.migrating import exclusive
from task_assistant.stores.sql.revisions import REVISIONS
from task_assistant.stores.sql.tables import metadata
from tests.stores.migrations import there_and_back
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
    await there_and_back(lambda: PostgresStore(url), lambda: exclusive(url), lambda: schema(empty), revision)
