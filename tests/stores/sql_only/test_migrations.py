"""Migrations: together they are the schema of `tables.py`, and each goes up and down with data."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.migrating import config
from task_assistant.stores.sql.revisions import REVISIONS
from task_assistant.stores.sql.sqlite.connection import connect
from task_assistant.stores.sql.sqlite.migrating import exclusive
from task_assistant.stores.sql.tables import metadata
from tests.stores.migrations import there_and_back


@contextmanager
def migrating(path: Path) -> Iterator[Connection]:
    with closing(connect(path, writes=True)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        with exclusive(raw) as connection:
            yield connection


def schema(raw: sqlite3.Connection) -> dict[str, list[str]]:
    """Every table and index by name, as the words of its SQL in any order."""
    rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sorted(re.findall(r"\w+", sql)) for name, sql in rows}


def schema_of(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as raw:
        return schema(raw)


def ours(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without Alembic's own table and the search index, which the metadata cannot express."""
    return {name: sql for name, sql in found.items() if name.split("_")[0] not in ("alembic", "search")}


def known(name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and str(name).startswith("search"))


def test_all_migrations_together_are_the_schema(path: Path) -> None:
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path), poolclass=StaticPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": known})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_table_and_index_is_made_of_the_words_of_the_metadata(path: Path) -> None:
    made = create_engine("sqlite://", poolclass=StaticPool)
    with made.connect() as connection, closing(sqlite3.connect(path)) as migrated:
        metadata.create_all(connection)
        raw: Any = connection.connection.driver_connection
        assert ours(schema(migrated)) == ours(schema(raw))
    made.dispose()


def test_the_program_knows_every_revision_in_order() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_revision_goes_down_and_up_with_data(path: Path, revision: str) -> None:
    await there_and_back(
        lambda: SqliteStore(path), lambda: migrating(path), lambda: schema_of(path), revision
    )
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
