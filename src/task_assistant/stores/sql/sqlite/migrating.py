"""Running Alembic on a raw connection, everything in one exclusive transaction. Only imported when there is need."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from task_assistant.stores.sql import migrations


@contextmanager
def exclusive(raw: sqlite3.Connection) -> Iterator[Connection]:
    """One transaction that keeps every other process out of the file; committed at the end unless something raised."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    # The driver begins no transaction by itself here, and SQLAlchemy relies on drivers that do.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    with engine.begin() as connection:
        yield connection


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without any file."""
    found = Config(attributes={"connection": connection})
    found.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return found


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings the schema up to a revision."""
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Takes the schema down to a revision, with the data that it adds."""
    command.downgrade(config(connection), revision)
