"""SQLite files for tests."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from task_assistant.stores.sql.sqlite import opening


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
