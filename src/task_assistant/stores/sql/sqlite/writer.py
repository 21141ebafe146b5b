"""The one thread of a process that writes: takes all waiting jobs, each behind a savepoint, and commits them together.

A lock that another process holds, and the disk, stop this thread and never the event loop. One flush to the disk
serves every job of the group.

Between the lock and the flush, statements run on the event loop that asked for them, a few milliseconds at a time.
SQLite's driver lets go of the interpreter at every statement; in this thread each would then queue for it behind
whatever the loop does, and under load a write would take many times as long. On the loop nobody competes, and once the
lock is taken no statement waits.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.sqlite.connection import (
    BUSY_SECONDS,
    PAUSE,
    SqliteConnection,
    connect,
    erase,
    patience,
)
from task_assistant.stores.sql.statements import Connection

Answer = TypeVar("Answer")
Work = Callable[[Connection], Coroutine[Any, Any, Answer]]
GROUP = 64  # jobs in one commit
TURN_SECONDS = 0.005  # how long statements run before the loop looks after others
LOOP_CHECK_SECONDS = 1.0  # how often to see whether a loop that does not come to them is still there
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
        _on_loop(group[0].loop, _steps(connection, group))
        raw.execute("COMMIT")
    except BaseException as problem:  # noqa: BLE001  # the thread outlives every failure of a group
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        for job in group:
            job.error = job.error or _explained(problem)
    _erase(raw, [job for job in group if job.erases and job.error is None])


Steps = Generator[None, None, Answer]


def _on_loop(loop: asyncio.AbstractEventLoop, steps: Steps[None]) -> None:
    """Takes the steps on the loop and returns when they are done; takes them here when the loop has been closed."""
    done, failed = threading.Event(), list[BaseException]()

    def turn() -> None:
        try:
            if _some(steps):
                loop.call_soon(turn)
            else:
                done.set()
        except BaseException as problem:
            failed.append(problem)
            done.set()
            if not isinstance(problem, Exception):  # what stops the program is for the loop, too
                raise

    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(turn)
    while not done.wait(0 if loop.is_closed() else LOOP_CHECK_SECONDS):
        if loop.is_closed():
            deque(steps, maxlen=0)
            return
    if failed:
        raise failed[0]


def _some(steps: Steps[None]) -> bool:
    """Takes steps for a turn; whether there are more."""
    until = time.monotonic() + TURN_SECONDS
    return any(time.monotonic() > until for _ in steps)


def _steps(connection: SqliteConnection, group: list[Job]) -> Steps[None]:
    """All jobs, one after the other."""
    for job in group:
        yield from _attempt(connection, job)
        yield


def _attempt(connection: SqliteConnection, job: Job) -> Steps[None]:
    """Runs one job; if it fails, nothing of it remains and the others go on."""
    raw = connection.raw
    raw.execute("SAVEPOINT job")
    try:
        connection.erased = False
        job.answer = yield from finished(job.work(connection))
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


def finished(coroutine: Coroutine[Any, Any, Answer]) -> Steps[Answer]:
    """Drives a coroutine to its end; it never suspends but for a pause."""
    while True:
        try:
            suspended = coroutine.send(None)
        except StopIteration as end:
            answer: Answer = end.value
            return answer
        if suspended is not PAUSE:
            coroutine.close()
            raise RuntimeError("a store operation on SQLite must not wait for anything")
        yield


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
