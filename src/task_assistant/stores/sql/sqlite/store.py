"""The SQL store on SQLite."""

from __future__ import annotations

from pathlib import Path

from task_assistant.stores.sql.sqlite.database import SqliteDatabase
from task_assistant.stores.sql.store import SqlStore


class SqliteStore(SqlStore[SqliteDatabase]):
    """`ports.store.Store` in the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteDatabase(Path(path)))
