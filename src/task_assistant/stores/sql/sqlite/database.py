"""One SQLite file: reads inline, writes through the writer thread."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.database import Answer, Work
from task_assistant.stores.sql.known import KNOWN
from task_assistant.stores.sql.signal import Signal
from task_assistant.stores.sql.sqlite import opening
from task_assistant.stores.sql.sqlite.connection import SqliteConnection, connect
from task_assistant.stores.sql.sqlite.writer import Writer
from task_assistant.stores.sql.statements import Connection

POLL_SECONDS = 0.05


class SqliteDatabase:
    """The file at `path` once it is open. Several processes may have it open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reader: SqliteConnection | None = None
        self._writer: Writer | None = None
        self._signal: Signal | None = None

    async def outlook(self) -> str | None:
        """What `open` would do to the file. Raises StoreUnavailable."""
        return opening.outlook(self.path)

    async def open(self) -> None:
        """Makes or migrates the file if need be. Raises StoreUnavailable."""
        opening.ready(self.path)
        reader = SqliteConnection(connect(self.path, writes=False), known=KNOWN)
        version = reader.raw.execute
        self._signal = Signal(lambda: version("PRAGMA data_version").fetchone()[0], POLL_SECONDS)
        self._writer = Writer(self.path, self._signal.wake)
        self._writer.start()
        self._reader = reader

    async def close(self) -> None:
        """Finishes what was asked for and lets go of the file."""
        if self._reader is None or self._writer is None or self._signal is None:
            return
        self._signal.close()
        await self._writer.close()
        self._reader.raw.close()
        self._reader = None

    async def check(self) -> None:
        """Raises StoreUnavailable unless the file can be read and has the schema of this program."""
        opening.check(self._open().raw, self.path)

    async def read(self, work: Work[Answer]) -> Answer:
        """The answer of a read. All of its statements see the same state: nothing suspends before it ends."""
        reader = self._open()
        try:
            reader.raw.execute("BEGIN")
            try:
                return await work(reader)
            finally:
                reader.raw.execute("COMMIT")
        except sqlite3.OperationalError as problem:
            raise StoreUnavailable(
                f"The task database cannot be read ({problem}); check the disk."
            ) from problem

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """A connection of its own that goes on seeing the file as it is now, whatever is written meanwhile."""
        self._open()
        raw = connect(self.path, writes=False)
        try:
            raw.execute("BEGIN")
            raw.execute("SELECT 1 FROM tasks LIMIT 1").fetchall()  # what is seen is fixed by the first read
            yield SqliteConnection(raw)
        except sqlite3.OperationalError as problem:
            raise StoreUnavailable(
                f"The task database cannot be read ({problem}); check the disk."
            ) from problem
        finally:
            raw.close()

    async def write(self, work: Work[Answer]) -> Answer:
        """The answer of a job that writes, once it is safely on the disk."""
        self._open()
        assert self._writer is not None  # noqa: S101  # opened together with the reader
        return await self._writer.write(work)

    @property
    def signal(self) -> Signal:
        """Where to learn of commits."""
        self._open()
        assert self._signal is not None  # noqa: S101  # opened together with the reader
        return self._signal

    def _open(self) -> SqliteConnection:
        if self._reader is None:
            raise StoreUnavailable(f"The task database {self.path} is not open; open the store first.")
        return self._reader
