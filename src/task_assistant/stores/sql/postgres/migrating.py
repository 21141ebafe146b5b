"""A transaction for migrations that one process at a time is in. Only imported when there is need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from task_assistant.stores.sql.postgres.connection import MIGRATING


@contextmanager
def exclusive(address: str) -> Iterator[Connection]:
    """One transaction that waits for every other one like it; committed at the end unless something raised."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(address), poolclass=NullPool
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        yield connection
