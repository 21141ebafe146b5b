"""Readiness: each task keeps its assessment, each decision what is learned from it.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column
from sqlalchemy import Text as AnyText

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")


def upgrade() -> None:
    """Adds a column to tasks and one to events."""
    op.add_column("tasks", Column("assessment", Text))
    op.add_column("events", Column("lesson", Text))


def downgrade() -> None:
    """Takes them away, with what is in them."""
    op.drop_column("events", "lesson")
    op.drop_column("tasks", "assessment")
