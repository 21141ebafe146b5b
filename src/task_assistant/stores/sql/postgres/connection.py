"""PostgreSQL connections and how they are set up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.known import Known
from task_assistant.stores.sql.statements import NONE, Insert, Params, Row, Statement

Raw = psycopg.AsyncConnection[Row]
CHANNEL: Final = "personal_task_assistant"
PREPARED = 500  # statements that the server keeps ready for a connection
# Keys of advisory locks of the database: any numbers that nobody else uses there (`alone` has others).
MIGRATING, TURN = 0x7074_6100, 0x7074_6101
# A server that is gone is noticed within half a minute, also by a connection that only listens.
ALIVE: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "client_encoding": "UTF8",
    "application_name": "personal-task-assistant",
}
SESSION: Final = (
    "SET synchronous_commit = on",  # an acknowledged commit survives a crash, whatever the server's default
    "SET statement_timeout = '30s'",
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET jit = off",  # it compiles for longer than these statements run
)
# All statements of a read see one state.
READING: Final = (
    "SET default_transaction_isolation = 'repeatable read'",
    "SET default_transaction_read_only = on",
)
TAKE_TURN = (
    f"SELECT pg_advisory_xact_lock({TURN}), pg_notify('{CHANNEL}', %(who)s), pg_current_xact_id()::text"
)
BE_ALONE = "SELECT pg_advisory_xact_lock(%(about)s)"
NUMBER_ON = tuple(
    f"SELECT setval('{table}_{column}_seq', greatest(max({column}), (SELECT last_value FROM {table}_{column}_seq))) "  # noqa: S608
    f"FROM {table} HAVING max({column}) IS NOT NULL"
    for table, column in (("tasks", "id"), ("events", "seq"))
)

# A snapshot is read for as long as it takes.
PATIENT: Final = ("SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0")


@cache
def adapters() -> AdaptersMap:
    """Every number is a bigint and every text is text, so that a statement is the same one whatever its values are."""
    found = AdaptersMap(psycopg.adapters)
    found.register_dumper(int, Int8Dumper)
    found.register_dumper(str, StrDumper)
    return found


def options() -> dict[str, Any]:
    """How a connection is made: each statement by itself unless a transaction is begun."""
    return {"autocommit": True, "context": adapters(), "prepare_threshold": 3}


async def set_up(raw: Raw, *more: str) -> None:
    """The session as this program wants it."""
    raw.prepared_max = PREPARED
    for statement in (*SESSION, *more):
        await raw.execute(statement)


def address(url: str) -> str:
    """Where to connect, with our settings for what the URL leaves open. Raises StoreUnavailable for what is none."""
    try:
        return make_conninfo(**{**ALIVE, **conninfo_to_dict(url)})
    except psycopg.Error:  # its words may repeat the password
        raise StoreUnavailable(
            "DATABASE_URL is no address of a PostgreSQL database; write postgresql://user:password@host/name."
        ) from None


def place(address: str) -> str:
    """Name and host of the database, for people; never its password."""
    parts = conninfo_to_dict(address)
    return f"PostgreSQL, {parts.get('dbname') or 'the default database'} on {parts.get('host') or 'this machine'}"


class PostgresConnection:
    """`statements.Connection` inside one transaction. `number` is the transaction's own once it has the turn."""

    dialect = "postgresql"

    def __init__(self, raw: Raw, known: Known, who: str) -> None:
        self.known = known
        self.number: str | None = None
        self.erased = False
        self._who = who
        self._cursor = raw.cursor()

    async def execute(self, statement: Statement, params: Params = NONE) -> list[Row]:
        """All rows that the statement gives."""
        cursor = self._cursor
        await cursor.execute(statement.text("postgresql"), params)
        return await cursor.fetchall() if cursor.description else []

    async def insert(self, statement: Insert, params: Params) -> int | None:
        """The number of the new row; None when there is one already."""
        rows = await self.execute(statement, params)
        return int(rows[0][0]) if rows else None

    async def recall(self, statement: Statement) -> list[Row]:
        """The rows of a statement without parameters."""
        return await self.execute(statement)

    def many(self, values: Iterable[Any]) -> list[Any]:
        """An array."""
        return list(values)

    async def number_on(self) -> None:
        """See the protocol."""
        for statement in NUMBER_ON:
            await self._cursor.execute(statement)

    async def alone(self, about: int) -> bool:
        """See the protocol."""
        await self._cursor.execute(BE_ALONE, {"about": about})
        return True

    async def turn(self) -> bool:
        """See the protocol. The commit will be told to every process, and be known by its number."""
        if self.number is not None:
            return False
        await self._cursor.execute(TAKE_TURN, {"who": self._who})
        found = await self._cursor.fetchone()
        assert found is not None  # noqa: S101  # a SELECT without FROM has one row
        self.number = found[2]
        return True

    async def pause(self) -> None:
        """Every statement is one."""

    async def erase_traces(self) -> None:
        """Notes that the tables are to be rewritten after the commit (`erasing`)."""
        self.erased = True
