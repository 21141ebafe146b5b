"""The one thread of a process that writes: takes all waiting jobs, each behind a savepoint, and commits them together.

A lock that another process holds, and the disk, stop this thread and never the event loop. One flush to the disk
serves every job of the group.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.sqlite.connection import (
    BUSY_SECONDS,
    SqliteConnection,
    connect,
    erase,
    patience,
)
from task_assistant.stores.sql.statements import Connection

Answer = TypeVar("Answer")
Work = Callable[[Connection], Coroutine[Any, Any, Answer]]
GROUP = 64  # jobs in one commit
RETRY_SECONDS = 0.002  # SQLite's own waiting sleeps up to 0.1 s at a time, far longer than a commit takes


@dataclass(slots=True)
class Job:
    """What to do, and who waits for it; `answer` or `error` once it is done; `erases` when it purged something."""

    work: Work[Any]
    waiting: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    answer: Any = None
    erases: bool = False
    error: BaseException | None = None

    def resolve(self) -> None:
        """Tells who waits, on their loop, unless they have gone."""
        if self.waiting.done():
            return
        if self.error is None:
            self.waiting.set_result(self.answer)
        else:
            self.waiting.set_exception(self.error)


class Writer:
    """Runs jobs one after the other in its own thread. `committed` is called on each loop after a commit."""

    def __init__(self, path: Path, committed: Callable[[], None]) -> None:
        self._connection = SqliteConnection(connect(path, writes=True))
        patience(self._connection.raw, 0)  # `_begin` waits in its own way
        self._committed = committed
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    async def write(self, work: Work[Answer]) -> Answer:
        """The answer of the job once it is committed. Cancelled before its turn it is not done at all."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Answer] = loop.create_future()
        self._jobs.put(Job(work, waiting, loop))
        return await waiting

    async def close(self) -> None:
        """Finishes what is queued, then ends the thread."""
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _run(self) -> None:
        more = True
        while more:
            group, more = self._group()
            if group:
                _do(self._connection, group)
                self._tell(group)
        self._connection.raw.close()

    def _group(self) -> tuple[list[Job], bool]:
        """All jobs that wait now, and whether there will be more."""
        group: list[Job] = []
        item = self._jobs.get()
        while item is not None:
            if not item.waiting.cancelled():
                group.append(item)
            if len(group) == GROUP or self._jobs.empty():
                return group, True
            item = self._jobs.get()
        return group, False

    def _tell(self, group: list[Job]) -> None:
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[Job]] = defaultdict(list)
        for job in group:
            by_loop[job.loop].append(job)
        for loop, jobs in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._resolve, jobs)

    def _resolve(self, jobs: list[Job]) -> None:
        self._committed()
        for job in jobs:
            job.resolve()


def _do(connection: SqliteConnection, group: list[Job]) -> None:
    """Runs a group in one transaction; whatever goes wrong ends up in the jobs, never in the thread."""
    raw = connection.raw
    try:
        _begin(raw)
        for job in group:
            _attempt(connection, job)
        raw.execute("COMMIT")
    except BaseException as problem:  # noqa: BLE001  # the thread outlives every failure of a group
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        for job in group:
            job.error = job.error or _explained(problem)
    _erase(raw, [job for job in group if job.erases and job.error is None])


def _attempt(connection: SqliteConnection, job: Job) -> None:
    """Runs one job; if it fails, nothing of it remains and the others go on."""
    raw = connection.raw
    raw.execute("SAVEPOINT job")
    try:
        connection.erased = False
        job.answer = finished(job.work(connection))
        job.erases = connection.erased
    except Exception as problem:  # every failure belongs to who asked
        if not raw.in_transaction:  # SQLite gave up on the whole transaction: the disk is full, or worse
            raise
        raw.execute("ROLLBACK TO job")
        job.error = _explained(problem)
    raw.execute("RELEASE job")


def _erase(raw: sqlite3.Connection, jobs: list[Job]) -> None:
    """Leaves no trace of what these jobs purged."""
    try:
        if jobs:
            erase(raw)
    except sqlite3.Error as problem:
        for job in jobs:
            job.error = StoreUnavailable(
                f"The texts are deleted, but the file could not be rewritten without them ({problem}); "
                "make room on the disk and purge again."
            )


def finished(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """Drives a coroutine that never suspends to its end."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
    coroutine.close()
    raise RuntimeError("a store operation on SQLite must not wait for anything")


def _begin(raw: sqlite3.Connection) -> None:
    """Takes the write lock, patiently and without long sleeps. Raises Busy when another process keeps it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                raise Busy from problem
            time.sleep(RETRY_SECONDS)


def _explained(problem: BaseException) -> BaseException:
    if isinstance(problem, sqlite3.OperationalError):
        return StoreUnavailable(
            f"The task database cannot be written ({problem}); check the disk and try again."
        )
    return problem
