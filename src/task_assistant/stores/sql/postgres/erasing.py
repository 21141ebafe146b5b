"""Leaving no trace of purged texts, as far as the server lets anybody."""

from __future__ import annotations

import psycopg

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.postgres.opening import said

# Tables that hold texts; the words of the search index are also sampled in the planner's statistics.
REWRITTEN = ("tasks", "task_labels", "records", "events", "documents", "document_tasks", "search")

PATIENCE = "30s"  # with a reader who has a table open


async def erase(address: str) -> None:
    """Rewrites the tables, so that what was deleted is in none of their files. Raises StoreUnavailable.

    Until a table is rewritten (a second or two for 100,000 tasks) everybody else waits for it. The server's log of
    changes, its replicas and backups keep what they have for as long as they are kept: that is not ours to shorten.
    """
    try:
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as raw:
            await raw.execute("SET statement_timeout = 0")
            await raw.execute(f"SET lock_timeout = '{PATIENCE}'")
            for table in REWRITTEN:
                await raw.execute(f"VACUUM (FULL, ANALYZE) {table}")
            await raw.execute("VACUUM (FULL) pg_statistic")
    except psycopg.Error as problem:
        raise StoreUnavailable(
            f"The texts are deleted, but the tables could not be rewritten without them ({said(problem)}); "
            "purge again later."
        ) from problem
