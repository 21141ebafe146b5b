"""A transaction for migrations in which nobody else is in the file. Only imported when there is need."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool


@contextmanager
def exclusive(raw: sqlite3.Connection) -> Iterator[Connection]:
    """One transaction that keeps every other process out of the file; committed at the end unless something raised."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    # The driver begins no transaction by itself here, and SQLAlchemy relies on drivers that do.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    with engine.begin() as connection:
        yield connection
