"""Getting a file ready: a look at its schema, and the migrations if it needs any.

A normal start reads one row and imports no migration code. Before a file with tasks is migrated it is copied, and the
copy checked.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.revisions import CURRENT, REVISIONS
from task_assistant.stores.sql.sqlite.connection import BUSY_SECONDS, connect, create

UNMADE = "no tasks yet; the first start makes the database"


def ready(path: Path) -> None:
    """Makes the file what this program needs. Raises StoreUnavailable when it is newer or something else."""
    try:
        create(path)
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as raw:
            current = revision(raw, path) == CURRENT
        if not current:
            _migrate(path)
    except (OSError, sqlite3.Error) as problem:
        raise StoreUnavailable(f"The task database {path} cannot be opened ({problem}).") from problem


def outlook(path: Path) -> str | None:
    """What the next start will do to the file; None when there is nothing to do. Changes nothing itself.

    Raises:
        StoreUnavailable: it cannot be read, is newer or something else.
    """
    if not path.exists():
        nearest = next(folder for folder in path.parents if folder.exists())
        if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
            raise StoreUnavailable(f"{path} cannot be made: {nearest} is no folder that can be written to.")
        return UNMADE
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as raw:
            found = revision(raw, path)
    except sqlite3.Error as problem:
        raise StoreUnavailable(f"The task database {path} cannot be read ({problem}).") from problem
    if found == CURRENT:
        return None
    return (
        UNMADE if found is None else f"schema {found}; the next start keeps a copy and brings it to {CURRENT}"
    )


def check(raw: sqlite3.Connection, path: Path) -> None:
    """Raises StoreUnavailable unless the file can be read and its schema is current."""
    try:
        found = revision(raw, path)
    except sqlite3.Error as problem:
        raise StoreUnavailable(f"The task database {path} cannot be read ({problem}).") from problem
    if found != CURRENT:
        raise StoreUnavailable(
            f"The task database {path} has schema {found}, not {CURRENT}; restart the program."
        )


def revision(raw: sqlite3.Connection, path: Path) -> str | None:
    """The schema of the file, None for an empty one. Raises StoreUnavailable for one that we do not know."""
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "alembic_version" not in tables:
        raise StoreUnavailable(f"{path} is a database of another program; name another file.")
    rows = raw.execute("SELECT version_num FROM alembic_version").fetchall() if tables else []
    if rows and rows[0][0] not in REVISIONS:
        raise StoreUnavailable(
            f"The task database {path} has schema {rows[0][0]}, newer than this program's {CURRENT}; "
            "install the newer program again, or restore the copy that it made before its migration."
        )
    return rows[0][0] if rows else None


def _migrate(path: Path) -> None:
    from task_assistant.stores.sql.migrating import upgrade
    from task_assistant.stores.sql.sqlite.migrating import exclusive

    copy = path.with_name(f"{path.name}.before-{CURRENT}")
    try:
        with closing(connect(path, writes=True)) as raw:
            raw.execute("PRAGMA foreign_keys = OFF")
            with exclusive(raw) as connection:  # others wait here, and then find the work done
                found = revision(raw, path)
                if found not in (None, CURRENT):
                    _copy(path, copy)
                if found != CURRENT:
                    upgrade(connection)
    except StoreUnavailable:
        raise
    except Exception as problem:
        kept = f"; a copy of it is {copy}" if copy.exists() else ""
        raise StoreUnavailable(
            f"The task database {path} could not be migrated to schema {CURRENT} ({problem}), "
            f"so nothing was changed{kept}."
        ) from problem


def _copy(path: Path, copy: Path) -> None:
    """A checked copy of the file as it is; an older copy of the same name is replaced."""
    copy.unlink(missing_ok=True)
    create(copy)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        answer = target.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise StoreUnavailable(
            f"The copy of {path} before its migration is damaged ({answer}); nothing was changed."
        )
