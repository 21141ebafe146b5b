"""Running Alembic on a connection, inside the caller's transaction. Only imported when there is need."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from task_assistant.stores.sql import migrations


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
