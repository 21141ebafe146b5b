"""Opening a file: made when missing, migrated when old, refused when newer or foreign."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql import SqliteStore, migrating
from task_assistant.stores.sql.revisions import REVISIONS
from task_assistant.stores.sql.sqlite import connection, opening
from tests.factories import task
from tests.stores.conformance.telling import put_one, titles

DEFAULTS = connection.PRAGMAS  # as the program has them: read before tests are hurried


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_missing_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "data" / "tasks.db"
    store = SqliteStore(path)
    await store.open()
    await put_one(store, task())
    sides = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
    assert [mode(each) for each in (path.parent, *sides)] == [0o700, 0o600, 0o600, 0o600]
    await store.close()


def test_an_acknowledged_write_is_on_the_disk_and_deleted_content_is_overwritten() -> None:
    promised = {"PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON", "PRAGMA foreign_keys = ON"}
    assert promised <= set(DEFAULTS)


def test_a_current_file_is_opened_without_migration_code(path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from task_assistant.stores.sql import SqliteStore
async def main():
    store = SqliteStore(Path({str(path)!r}))
    await store.open()
    await store.close()
asyncio.run(main())
print([name for name in sys.modules if name.split(".")[0] in ("alembic", "mako")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_newer_schema_is_refused_in_one_sentence(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="schema 9999, newer than this program's"):
        await SqliteStore(path).open()


async def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreUnavailable, match="another program"):
        await SqliteStore(path).open()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Alice, " * 200)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await SqliteStore(path).open()
    assert path.read_text().startswith("Dear Alice")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        opening.ready(tmp_path / "tasks.db")
    tmp_path.chmod(0o700)


async def test_an_older_file_is_copied_and_the_copy_checked_before_its_migration(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_one(store, task("Kept"))
    await store.close()
    copies: list[list[str]] = []

    def upgrade(connection: Any) -> None:
        with closing(sqlite3.connect(path.with_name("tasks.db.before-9999"))) as copy:
            copies.append([row[0] for row in copy.execute("SELECT title FROM tasks")])
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    monkeypatch.setattr(opening, "REVISIONS", (*REVISIONS, "9999"))
    monkeypatch.setattr(opening, "CURRENT", "9999")
    monkeypatch.setattr(migrating, "upgrade", upgrade)
    again = SqliteStore(path)
    await again.open()
    assert copies == [["Kept"]]
    assert await titles(again) == ["Kept"]
    assert mode(path.with_name("tasks.db.before-9999")) == 0o600
    await again.close()


async def test_a_migration_that_fails_changes_nothing(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_one(store, task("Kept"))
    await store.close()

    def upgrade(connection: Any) -> None:
        connection.exec_driver_sql("DROP TABLE records")
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "REVISIONS", (*REVISIONS, "9999"))
        patched.setattr(opening, "CURRENT", "9999")
        patched.setattr(migrating, "upgrade", upgrade)
        with pytest.raises(StoreUnavailable, match="could not be migrated"):
            await SqliteStore(path).open()
    again = SqliteStore(path)
    await again.open()
    assert await titles(again) == ["Kept"]
    await again.close()


def test_a_first_migration_that_breaks_off_leaves_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tasks.db"
    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", lambda *_, **__: 1 / 0)
        with pytest.raises(StoreUnavailable, match="could not be migrated"):
            opening.ready(path)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == []
    opening.ready(path)


async def test_a_store_that_is_not_open_says_so(path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="not open"):
        await SqliteStore(path).check()


async def test_check_fails_once_the_schema_is_another(store: SqliteStore, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreUnavailable):
        await store.check()
