"""Getting a database ready: a look at its schema, and the migrations if it needs any, by one process at a time."""

from __future__ import annotations

import asyncio

import psycopg

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.postgres.connection import Raw, place
from task_assistant.stores.sql.revisions import CURRENT, REVISIONS

OLDEST = 13  # the first with numbers of transactions that do not wrap (pg_current_xact_id)
THERE = "SELECT to_regclass('alembic_version') IS NOT NULL, to_regclass('tasks') IS NOT NULL"
VERSION = "SELECT version_num FROM alembic_version"
SERVER = "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"


async def ready(address: str) -> None:
    """Makes the database what this program needs. Raises StoreUnavailable when it is newer or something else."""
    if await _found(address) != CURRENT:
        await _migrated(address, place(address))


async def outlook(address: str) -> str | None:
    """What the next start will do to the database; None when there is nothing to do. Changes nothing itself.

    Raises:
        StoreUnavailable: it does not answer, is newer or something else.
    """
    found = await _found(address)
    if found is None:
        return "no tasks yet; the first start makes the tables"
    return None if found == CURRENT else f"schema {found}; the next start brings it to {CURRENT}"


async def _found(address: str) -> str | None:
    """The schema of a database that fits this program, None for an empty one. Only reads. Raises StoreUnavailable."""
    where = place(address)
    try:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as raw:
            await _fits(raw, where)
            return await revision(raw, where)
    except psycopg.Error as problem:
        raise StoreUnavailable(f"The task database ({where}) cannot be opened: {said(problem)}.") from problem


def said(problem: Exception) -> str:
    """What the server or its driver said, in one line."""
    return " ".join(str(problem).split()).rstrip(".")


async def _fits(raw: Raw, where: str) -> None:
    found = await (await raw.execute(SERVER)).fetchone()
    version, encoding = found or (0, "")
    if version < OLDEST:
        raise StoreUnavailable(
            f"The server ({where}) is version {version}; use PostgreSQL {OLDEST} or newer."
        )
    if encoding != "UTF8":
        raise StoreUnavailable(
            f"The database ({where}) keeps texts as {encoding}; make one with ENCODING 'UTF8'."
        )


async def revision(raw: Raw, where: str) -> str | None:
    """The schema of the database, None for an empty one. Raises StoreUnavailable for one that we do not know."""
    marked, taken = await (await raw.execute(THERE)).fetchone() or (False, False)
    if taken and not marked:
        raise StoreUnavailable(f"{where}, has tables of another program; name another database.")
    found = await (await raw.execute(VERSION)).fetchone() if marked else None
    if found and found[0] not in REVISIONS:
        raise StoreUnavailable(
            f"The task database ({where}) has schema {found[0]}, newer than this program's {CURRENT}; "
            "install the newer program again, or restore the backup that was made before."
        )
    return found[0] if found else None


async def check(raw: Raw, where: str) -> None:
    """Raises StoreUnavailable unless the schema is current."""
    found = await revision(raw, where)
    if found != CURRENT:
        raise StoreUnavailable(
            f"The task database ({where}) has schema {found}, not {CURRENT}; restart the program."
        )


async def _migrated(address: str, where: str) -> None:
    try:
        await asyncio.to_thread(_migrate, address)
    except Exception as problem:
        raise StoreUnavailable(
            f"The task database ({where}) could not be migrated to schema {CURRENT} ({said(problem)}), "
            "so nothing was changed."
        ) from problem


def _migrate(address: str) -> None:
    """In one transaction, under a lock: who waits for it finds the work done. A failure leaves everything as it was."""
    from task_assistant.stores.sql.migrating import upgrade
    from task_assistant.stores.sql.postgres.migrating import exclusive

    with exclusive(address) as connection:
        upgrade(connection)
