"""The first schema.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy import Text as AnyText

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = BigInteger().with_variant(Integer, "sqlite")
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
TABLES = (
    "workers",
    "task_labels",
    "records",
    "document_tasks",
    "dependencies",
    "tasks",
    "shelf_counts",
    "events",
    "due_counts",
    "documents",
)
SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search USING fts5("
        "text, content='', tokenize='ascii', detail=none, columnsize=0)",
    ),
    "postgresql": (
        "CREATE TABLE search (search_id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX search_words ON search USING gin (words) WITH (fastupdate = off)",
        # Small tables whose rows change with every commit: room to do so in place.
        "ALTER TABLE shelf_counts SET (fillfactor = 50)",
        "ALTER TABLE due_counts SET (fillfactor = 50)",
    ),
}


def _only(column: str) -> dict[str, Any]:
    some = text(f"{column} IS NOT NULL")
    return {"sqlite_where": some, "postgresql_where": some}


def upgrade() -> None:
    """Makes every table and index."""
    op.create_table(
        "documents",
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("expires_at", BigInteger),
        Column("tasks", Text),
        Column("data", Text, nullable=False),
        PrimaryKeyConstraint("kind", "key"),
    )
    op.create_index("documents_expiry", "documents", ["expires_at"], **_only("expires_at"))
    op.create_table(
        "due_counts",
        Column("private", SmallInteger, nullable=False),
        Column("span", SmallInteger, nullable=False),
        Column("start", Integer, nullable=False),
        Column("n", Integer, nullable=False),
        PrimaryKeyConstraint("private", "span", "start"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        Column("seq", Id, nullable=False),
        Column("id", Text, nullable=False),
        Column("task_id", Id),
        Column("type", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("via", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("version", Integer),
        Column("undoes", Text),
        Column("request_id", Text),
        Column("changes", Text),
        Column("text", Text),
        PrimaryKeyConstraint("seq"),
        UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_task", "events", ["task_id", "seq"])
    op.create_table(
        "shelf_counts",
        Column("shelf", SmallInteger, nullable=False),
        Column("base", Integer, nullable=False),
        Column("n", Integer, nullable=False),
        PrimaryKeyConstraint("shelf", "base"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tasks",
        Column("id", Id, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("written_at", BigInteger, nullable=False),
        Column("search_id", BigInteger, nullable=False),
        Column("shelf", SmallInteger),
        Column("base", Integer, nullable=False),
        Column("due_at", BigInteger, nullable=False),
        Column("woke_at", BigInteger),
        Column("wakes_at", BigInteger),
        Column("live_due_at", BigInteger),
        Column("deferral_ends_at", BigInteger),
        Column("lease_ends_at", BigInteger),
        Column("remind_at", BigInteger),
        Column("claimed_at", BigInteger),
        Column("claim_agent", Text),
        Column("external_digest", Text),
        Column("open_dependencies", Integer, nullable=False),
        Column("unblocks", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        Column("status", Text, nullable=False),
        Column("assignee", Text, nullable=False),
        Column("agent", Text),
        Column("origin", Text, nullable=False),
        Column("priority", SmallInteger, nullable=False),
        Column("private", SmallInteger, nullable=False),
        Column("review", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("updated_at", BigInteger, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("due", BigInteger),
        Column("reminder_at", BigInteger),
        Column("reminder_last_sent_at", BigInteger),
        Column("deferred_until", BigInteger),
        Column("completed_at", BigInteger),
        Column("deleted_at", BigInteger),
        Column("purged", SmallInteger, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("rounds", Integer, nullable=False),
        Column("sent_back", SmallInteger, nullable=False),
        Column("source_name", Text),
        Column("source_url", Text),
        Column("source_state", Text),
        Column("external_id", Text),
        Column("labels", Text),
        Column("depends_on", Text),
        Column("numbers", Text),
        Column("declined", Text),
        Column("ingested", Text),
        Column("proposal", Text),
        Column("claim", Text),
        Column("title", Text, nullable=False),
        Column("question", Text),
        Column("result", Text),
        Column("description", Text),
        Column("source_context", Text),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("external_digest"),
        UniqueConstraint("search_id"),
    )
    op.create_index("tasks_agent", "tasks", ["shelf", "agent"], **_only("agent"))
    op.create_index("tasks_created", "tasks", ["shelf", "created_at", "id"])
    op.create_index("tasks_creator", "tasks", ["created_by", "shelf"])
    op.create_index("tasks_deferral", "tasks", ["deferral_ends_at"], **_only("deferral_ends_at"))
    op.create_index("tasks_due", "tasks", ["shelf", "due_at", "id"])
    op.create_index("tasks_lease", "tasks", ["lease_ends_at"], **_only("lease_ends_at"))
    op.create_index("tasks_live_due", "tasks", ["private", "live_due_at"], **_only("live_due_at"))
    op.create_index("tasks_origin", "tasks", ["origin", "shelf"])
    op.create_index("tasks_priority", "tasks", ["shelf", "priority", "due_at", "id"])
    op.create_index("tasks_remind", "tasks", ["remind_at"], **_only("remind_at"))
    op.create_index("tasks_smart", "tasks", ["shelf", "base", "due_at", "id"])
    op.create_index("tasks_updated", "tasks", ["shelf", "updated_at", "id"])
    op.create_index("tasks_wakes", "tasks", ["wakes_at"], **_only("wakes_at"))
    op.create_index("tasks_woke", "tasks", ["woke_at"], **_only("woke_at"))
    op.create_table(
        "dependencies",
        Column("task_id", Id, nullable=False),
        Column("depends_on", Id, nullable=False),
        ForeignKeyConstraint(
            ["depends_on"],
            ["tasks.id"],
        ),
        ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
        ),
        PrimaryKeyConstraint("task_id", "depends_on"),
        sqlite_with_rowid=False,
    )
    op.create_index("dependencies_depends_on", "dependencies", ["depends_on", "task_id"])
    op.create_table(
        "document_tasks",
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("task_id", Id, nullable=False),
        ForeignKeyConstraint(["kind", "key"], ["documents.kind", "documents.key"], ondelete="CASCADE"),
        PrimaryKeyConstraint("kind", "key", "task_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("document_tasks_task", "document_tasks", ["task_id"])
    op.create_table(
        "records",
        Column("task_id", Id, nullable=False),
        Column("kind", Text, nullable=False),
        Column("n", Integer, nullable=False),
        Column("data", Text, nullable=False),
        Column("text", Text),
        ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
        ),
        PrimaryKeyConstraint("task_id", "kind", "n"),
    )
    op.create_table(
        "task_labels",
        Column("task_id", Id, nullable=False),
        Column("label", Text, nullable=False),
        Column("shelf", SmallInteger),
        ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
        ),
        PrimaryKeyConstraint("task_id", "label"),
        sqlite_with_rowid=False,
    )
    op.create_index("task_labels_label", "task_labels", ["label", "shelf", "task_id"])
    op.create_table(
        "workers",
        Column("task_id", Id, nullable=False),
        Column("agent", Text, nullable=False),
        Column("shelf", SmallInteger),
        ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
        ),
        PrimaryKeyConstraint("task_id", "agent"),
        sqlite_with_rowid=False,
    )
    op.create_index("workers_agent", "workers", ["agent", "shelf", "task_id"])

    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Drops all of them, with everything in them."""
    op.execute("DROP TABLE search")
    for table in TABLES:
        op.drop_table(table)
