"""Running migrations on a raw connection whose transaction the caller has begun."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from task_assistant.stores.sql import migrations


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without any file."""
    found = Config(attributes={"connection": connection})
    found.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return found


def upgrade(raw: sqlite3.Connection, revision: str = "head") -> None:
    """Brings the schema up to a revision and commits."""
    _run(raw, lambda settings: command.upgrade(settings, revision))


def downgrade(raw: sqlite3.Connection, revision: str) -> None:
    """Takes the schema down to a revision and commits."""
    _run(raw, lambda settings: command.downgrade(settings, revision))


def _run(raw: sqlite3.Connection, task: Callable[[Config], None]) -> None:
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    with engine.connect() as connection:
        task(config(connection))
        connection.commit()
    if raw.in_transaction:
        raw.execute("COMMIT")
