"""Calendar and recurrence: which tasks have a date of their own, and how a task comes again.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text, text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds two columns to tasks; the dates of active tasks are filled in."""
    op.add_column("tasks", Column("dated_at", BigInteger))
    op.add_column("tasks", Column("recurrence", Text))
    op.execute(
        "UPDATE tasks SET dated_at = CASE WHEN due IS NULL OR reminder_at > due THEN reminder_at ELSE due END "
        "WHERE live_due_at IS NOT NULL"
    )
    some = text("dated_at IS NOT NULL")
    op.create_index("tasks_dated", "tasks", ["dated_at"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    """Takes them away, with what is in them."""
    op.drop_index("tasks_dated", "tasks")
    op.drop_column("tasks", "recurrence")
    op.drop_column("tasks", "dated_at")
