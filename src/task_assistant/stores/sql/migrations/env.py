"""Alembic's entry: runs the revisions on the connection that it is given, inside its transaction."""

from __future__ import annotations

from alembic import context

from task_assistant.stores.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
