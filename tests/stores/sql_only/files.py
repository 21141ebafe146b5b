"""SQLite files for tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from task_assistant.stores.sql.sqlite import connection, opening


@cache
def _migrated() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A migrated file without tasks, made once; the directory goes with the process."""
    place = tempfile.TemporaryDirectory(prefix="pta-empty-")
    path = Path(place.name) / "tasks.db"
    opening.ready(path)
    return place, path


def empty_file(path: Path) -> Path:
    """The path, at which there is a file without tasks: copied, which is quicker than migrating it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_migrated()[1], path)
    return path


@contextmanager
def hurried() -> Iterator[None]:
    """Commits do not wait for the disk: no test cuts the power, and thousands of them wait for nothing else."""
    lazy = tuple(each.replace("synchronous = FULL", "synchronous = OFF") for each in connection.PRAGMAS)
    assert "PRAGMA synchronous = OFF" in lazy
    with patch.object(connection, "PRAGMAS", lazy):
        yield
