"""The SQLite store keeps what the port promises."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.sqlite import opening
from tests.stores.conformance import Capabilities, StoreContract


@cache
def empty_file() -> Path:
    """A migrated file without tasks, made once: a test then copies it instead of migrating its own."""
    path = Path(tempfile.mkdtemp(prefix="pta-empty-")) / "tasks.db"
    opening.ready(path)
    return path


class TestSqlite(StoreContract):
    capabilities = Capabilities(consecutive_seq=True, shared=True)

    def make(self, place: Path) -> SqliteStore:
        path = place / "tasks.db"
        if not path.exists():
            shutil.copy(empty_file(), path)
        return SqliteStore(path)
