"""One PostgreSQL database: reads and writes from a pool each, done again when they met others or lost the server."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, cast

import psycopg
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import text

from task_assistant.domain.errors import Busy
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.database import Answer, Work
from task_assistant.stores.sql.known import KNOWN, Known
from task_assistant.stores.sql.postgres import opening
from task_assistant.stores.sql.postgres.connection import (
    PATIENT,
    READING,
    PostgresConnection,
    Raw,
    address,
    options,
    place,
    set_up,
)
from task_assistant.stores.sql.postgres.erasing import erase
from task_assistant.stores.sql.postgres.listening import Listener
from task_assistant.stores.sql.postgres.opening import said
from task_assistant.stores.sql.signal import Signal
from task_assistant.stores.sql.statements import Connection, Statement

Pool = AsyncConnectionPool[Raw]
PATIENCE = 15.0  # seconds that a server may be away before a request is told so
GIVE_UP = 3.0  # seconds after which a pool begins anew to connect: it never waits much longer in between
RETRY = 0.05
MEETINGS = 20  # times that a write may meet others and begin again
MET = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
GONE = ("", "08", "57")  # classes of errors that say that the server is gone or going
STATUS = Statement(text("SELECT pg_xact_status(CAST(:number AS xid8))"))


class _Lost(Exception):
    """The connection broke; nothing of the transaction remains unless its commit had been asked for."""

    def __init__(self, problem: Exception) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(slots=True)
class Job(Generic[Answer]):
    """What to do in a transaction. `number` is the transaction's once its commit has been asked for."""

    work: Work[Answer]
    answer: Any = None
    number: str | None = None
    erases: bool = False

    async def run(self, raw: Raw, connection: PostgresConnection) -> None:
        """Does it; what raises is rolled back by the pool."""
        await raw.execute("BEGIN")
        self.answer = await self.work(connection)
        self.number, self.erases = connection.number, connection.erased
        await raw.execute("COMMIT")


class PostgresDatabase:
    """The database at `url` once it is open. `most` connections at once for reads, as many for writes, one to listen.

    A write never waits for a connection that a read has, nor a read for one that waits for a lock.
    """

    def __init__(self, url: str, most: int) -> None:
        self._address = address(url)
        self.where = place(self._address)
        self._most = most
        self._who = secrets.token_hex(8)
        self._known = Known(KNOWN)
        self._pools: tuple[Pool, Pool] | None = None
        self._listener = Listener(self._address, self._who)

    async def outlook(self) -> str | None:
        """What `open` would do to the database. Raises StoreUnavailable."""
        return await opening.outlook(self._address)

    async def open(self) -> None:
        """Migrates the database if need be. Raises StoreUnavailable."""
        await opening.ready(self._address)
        try:
            await self._listener.start()
            self._pools = (await self._pool(*READING), await self._pool())
        except (psycopg.Error, PoolTimeout) as problem:
            await self.close()
            raise StoreUnavailable(
                f"The task database ({self.where}) cannot be opened: {said(problem)}."
            ) from problem

    async def _pool(self, *session: str) -> Pool:
        async def configure(raw: Raw) -> None:
            await set_up(raw, *session)

        pool = AsyncConnectionPool(
            self._address, kwargs=options(), min_size=1, max_size=self._most, open=False, configure=configure,
            reconnect_timeout=GIVE_UP,
        )  # fmt: skip
        await pool.open(wait=True, timeout=PATIENCE)
        return pool

    async def close(self) -> None:
        """Finishes what was asked for and lets go of the server."""
        pools, self._pools = self._pools or (), None
        for pool in pools:
            await pool.close()
        await self._listener.stop()

    async def check(self) -> None:
        """Raises StoreUnavailable unless the server answers and the schema is the one of this program."""
        readers, _ = self._open()
        try:
            async with readers.connection(timeout=3) as raw:
                await opening.check(raw, self.where)
        except (psycopg.Error, PoolTimeout) as problem:
            raise self._away(problem) from problem

    @property
    def signal(self) -> Signal:
        """Where to learn of commits."""
        self._open()
        return self._listener.signal

    def _open(self) -> tuple[Pool, Pool]:
        if self._pools is None:
            raise StoreUnavailable(f"The task database ({self.where}) is not open; open the store first.")
        return self._pools

    def _away(self, problem: Exception) -> StoreUnavailable:
        return StoreUnavailable(f"The task database ({self.where}) does not answer: {said(problem)}.")

    async def read(self, work: Work[Answer]) -> Answer:
        """The answer of a read; read again when the server went away meanwhile."""
        return await self._persist(lambda: self._read(work))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """A connection of its own that goes on seeing everything as it is now, whatever is written meanwhile."""
        self._open()
        try:
            async with await psycopg.AsyncConnection.connect(self._address, **options()) as raw:
                await set_up(raw, *READING, *PATIENT)
                await raw.execute("BEGIN")
                await raw.execute("SELECT 1")  # what is seen is fixed by the first statement
                yield PostgresConnection(raw, Known(0), self._who)
        except psycopg.Error as problem:
            raise self._away(problem) from problem

    async def write(self, work: Work[Answer]) -> Answer:
        """The answer of a job that writes, once it is committed: once, also when the server went away meanwhile."""
        for _ in range(MEETINGS):
            try:
                return await self._persist(lambda: self._write(work))
            except MET:
                await asyncio.sleep(random.uniform(0, RETRY))
        return await self._persist(lambda: self._write(work))

    async def _persist(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Begins again on another connection for as long as a restart of the server may take."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return await attempt()
            except PoolTimeout as problem:
                raise self._away(problem) from problem
            except _Lost as lost:
                if time.monotonic() > until:
                    raise self._away(lost.problem) from lost.problem
                await asyncio.sleep(RETRY)
                for pool in self._open():
                    await pool.check()

    async def _read(self, work: Work[Answer]) -> Answer:
        job = Job(work)
        await self._do(job, self._open()[0], self._known)
        return cast(Answer, job.answer)

    async def _write(self, work: Work[Answer]) -> Answer:
        job = Job(work)
        try:
            await self._do(job, self._open()[1], Known(0))
        except _Lost as lost:
            if job.number is None or not await self._committed(job.number):
                raise _Lost(lost.problem) from lost.problem
        finally:
            if job.number is not None:
                self._listener.committed()
        if job.erases:
            await erase(self._address)
        return cast(Answer, job.answer)

    async def _do(self, job: Job[Answer], pool: Pool, known: Known) -> None:
        async with pool.connection(timeout=PATIENCE) as raw:
            try:
                await job.run(raw, PostgresConnection(raw, known, self._who))
            except psycopg.Error as problem:
                raise self._meaning(raw, problem) from problem

    def _meaning(self, raw: Raw, problem: psycopg.Error) -> Exception:
        """What an error of the driver means to who asked."""
        if isinstance(problem, MET):
            return problem
        code = problem.sqlstate or ""
        if isinstance(problem, errors.LockNotAvailable | errors.QueryCanceled):
            return Busy()
        if raw.closed or (isinstance(problem, psycopg.OperationalError) and code[:2] in GONE):
            return _Lost(problem)
        if isinstance(problem, psycopg.OperationalError | errors.ReadOnlySqlTransaction):
            return StoreUnavailable(f"The task database ({self.where}) refuses: {said(problem)}.")
        return problem

    async def _committed(self, number: str) -> bool:
        """Whether a transaction whose commit got no answer has been committed: the server remembers."""

        async def ask(connection: Connection) -> str | None:
            status: str | None = (await connection.execute(STATUS, {"number": number}))[0][0]
            return status

        status = await self.read(ask)
        while status == "in progress":  # the server has not noticed yet that nobody waits for it
            await asyncio.sleep(RETRY)
            status = await self.read(ask)
        return status == "committed"
