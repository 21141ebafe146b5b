"""SQLite connections and how they are set up."""

from __future__ import annotations

import os
import sqlite3
import types
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import orjson

from task_assistant.stores.sql.known import Known
from task_assistant.stores.sql.statements import NONE, Insert, Params, Row, Statement

BUSY_SECONDS = 30.0
MERGE_SEARCH = "INSERT INTO search (search) VALUES ('optimize')"
CACHED_STATEMENTS = 512
# A commit is on the disk when it is acknowledged; deleted content is overwritten; caches stay small (see the ADR).
PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -8000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 33554432",
)


def create(path: Path) -> None:
    """Makes the folder (mode 0700) and the file (0600) where they are missing; SQLite's side files copy the mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def connect(path: Path, *, writes: bool) -> sqlite3.Connection:
    """A connection in WAL mode without implicit transactions; one that does not write cannot."""
    raw = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    raw.execute("PRAGMA journal_mode = WAL").fetchall()
    for pragma in PRAGMAS:
        raw.execute(pragma).fetchall()
    if not writes:
        raw.execute("PRAGMA query_only = ON").fetchall()
    return raw


def patience(raw: sqlite3.Connection, seconds: float) -> None:
    """How long the connection waits for a lock by itself."""
    raw.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}").fetchall()


def erase(raw: sqlite3.Connection) -> None:
    """Rewrites the file, so that what was deleted is in none of its pages and not in its log.

    The search index keeps removed words until its parts are merged; `secure_delete` misses copies that moving rows
    between pages leaves behind. Takes about two seconds at 100,000 tasks; readers go on meanwhile.
    """
    patience(raw, BUSY_SECONDS)
    raw.execute(MERGE_SEARCH)
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    patience(raw, 0)


PAUSE = object()


@types.coroutine
def _pause() -> Generator[object, None, None]:
    yield PAUSE


class SqliteConnection:
    """`statements.Connection` on the raw driver. But for pauses, coroutines that use it run to their end at once."""

    dialect = "sqlite"

    def __init__(self, raw: sqlite3.Connection, known: int = 0) -> None:
        self.raw = raw
        self.known = Known(known)
        self._remembers = bool(known)
        self._recalled: dict[Statement, tuple[int, list[Row]]] = {}
        self.erased = False
        self._execute = raw.execute

    async def execute(self, statement: Statement, params: Params = NONE) -> list[Row]:
        """All rows that the statement gives."""
        return self._execute(statement.text("sqlite"), params).fetchall()

    async def insert(self, statement: Insert, params: Params) -> int | None:
        """The number of the new row; None when there is one already."""
        values = [params[name] for name in statement.columns]
        inserted = self._execute(statement.text("sqlite"), values)
        return inserted.lastrowid if inserted.rowcount else None

    async def recall(self, statement: Statement) -> list[Row]:
        """The rows of a statement without parameters; a reader reads them once for each state of the file."""
        if (
            not self._remembers
        ):  # a writer changes what it reads, and its own changes do not show in the version
            return await self.execute(statement)
        version = self.raw.execute("PRAGMA data_version").fetchone()[0]
        known = self._recalled.get(statement)
        if known is None or known[0] != version:
            known = self._recalled[statement] = version, await self.execute(statement)
        return known[1]

    def many(self, values: Iterable[Any]) -> str:
        """A JSON list: what `json_each` takes."""
        return orjson.dumps(list(values)).decode()

    async def number_on(self) -> None:
        """SQLite looks for the highest number each time."""

    async def alone(self, about: int) -> bool:  # noqa: ARG002  # the protocol's name
        """Nobody else has written since the transaction began."""
        return False

    async def turn(self) -> bool:
        """Nobody else has written since the transaction began."""
        return False

    async def pause(self) -> None:
        """Hands `PAUSE` to who drives the coroutine (`writer`)."""
        await _pause()

    async def erase_traces(self) -> None:
        """Notes that the file is to be rewritten after the commit (`erase`)."""
        self.erased = True
