"""The tables, as SQLAlchemy Core metadata: what the migrations add up to (a test compares the two).

Times are integer microseconds since 1970 in UTC. "Derived" columns and tables are copies that the store keeps so that
a read costs the same on any board; they are written in the transaction of the change, and a test recomputes them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    text,
)
from sqlalchemy import Text as AnyText

Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER names SQLite's own row id
# By code point, as SQLite and Python order texts; an index of PostgreSQL then also survives a change of its locales.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")
metadata = MetaData()


def _only(name: str, *columns: str) -> Index:
    """An index on the rows that have the last of the columns: small, because few rows do."""
    some = text(f"{columns[-1]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=some, postgresql_where=some)


tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column(
        "written_at", BigInteger, nullable=False
    ),  # by whoever named it in a commit; being counted anew is not it
    Column(
        "search_id", BigInteger, nullable=False, unique=True
    ),  # its row in the search index: rises with its age
    # derived: where the row stands in ranges and counts, and between which times that is so (shelves.py)
    Column("shelf", SmallInteger),
    Column("base", Integer, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("woke_at", BigInteger),
    Column("wakes_at", BigInteger),
    # derived: times of active tasks only
    Column("live_due_at", BigInteger),
    Column("deferral_ends_at", BigInteger),
    Column("lease_ends_at", BigInteger),
    Column("remind_at", BigInteger),
    Column("dated_at", BigInteger),
    # derived: the claim's agent and time, the digest that outlives a purge, the tasks around this one
    Column("claimed_at", BigInteger),
    Column("claim_agent", Text),
    Column("external_digest", Text, unique=True),
    Column("open_dependencies", Integer, nullable=False),
    Column("unblocks", Integer, nullable=False),
    # the task; what is long comes last, so that reading the rest does not touch its pages
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
    Column("assessment", Text),
    Column("recurrence", Text),
    Column("claim", Text),
    Column("title", Text, nullable=False),
    Column("question", Text),
    Column("result", Text),
    Column("description", Text),
    Column("source_context", Text),
    Index("tasks_smart", "shelf", "base", "due_at", "id"),
    Index("tasks_due", "shelf", "due_at", "id"),
    Index("tasks_created", "shelf", "created_at", "id"),
    Index("tasks_updated", "shelf", "updated_at", "id"),
    Index("tasks_priority", "shelf", "priority", "due_at", "id"),
    Index("tasks_origin", "origin", "shelf"),
    Index("tasks_creator", "created_by", "shelf"),
    _only("tasks_agent", "shelf", "agent"),
    _only("tasks_woke", "woke_at"),
    _only("tasks_wakes", "wakes_at"),
    _only("tasks_live_due", "private", "live_due_at"),
    _only("tasks_deferral", "deferral_ends_at"),
    _only("tasks_lease", "lease_ends_at"),
    _only("tasks_remind", "remind_at"),
    _only("tasks_dated", "dated_at"),
)

# Derived: under which names a task can be found. `shelf` is the task's, so that counting and gathering never visit
# tasks on other shelves.
task_labels = Table(
    "task_labels",
    metadata,
    Column("task_id", Id, nullable=False),
    Column("label", Text, nullable=False),
    Column("shelf", SmallInteger),
    PrimaryKeyConstraint("task_id", "label"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"]),
    Index("task_labels_label", "label", "shelf", "task_id"),
    sqlite_with_rowid=False,
)

# Which agents have ever held a task.
workers = Table(
    "workers",
    metadata,
    Column("task_id", Id, nullable=False),
    Column("agent", Text, nullable=False),
    Column("shelf", SmallInteger),
    PrimaryKeyConstraint("task_id", "agent"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"]),
    Index("workers_agent", "agent", "shelf", "task_id"),
    sqlite_with_rowid=False,
)

dependencies = Table(
    "dependencies",
    metadata,
    Column("task_id", Id, nullable=False),
    Column("depends_on", Id, nullable=False),
    PrimaryKeyConstraint("task_id", "depends_on"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"]),
    ForeignKeyConstraint(["depends_on"], ["tasks.id"]),
    Index("dependencies_depends_on", "depends_on", "task_id"),
    sqlite_with_rowid=False,
)

# Derived: how many tasks stand on a shelf with a base score.
shelf_counts = Table(
    "shelf_counts",
    metadata,
    Column("shelf", SmallInteger, nullable=False),
    Column("base", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("shelf", "base"),
    sqlite_with_rowid=False,
)

# Derived: how many active tasks are due in a whole day and in a whole hour (`span` in hours; `start` counts spans).
due_counts = Table(
    "due_counts",
    metadata,
    Column("private", SmallInteger, nullable=False),
    Column("span", SmallInteger, nullable=False),
    Column("start", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("private", "span", "start"),
    sqlite_with_rowid=False,
)

records = Table(
    "records",
    metadata,
    Column("task_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    Column("n", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("text", Text),
    PrimaryKeyConstraint("task_id", "kind", "n"),
    ForeignKeyConstraint(["task_id"], ["tasks.id"]),
)

events = Table(
    "events",
    metadata,
    Column("seq", Id, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
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
    Column("lesson", Text),
    Index("events_task", "task_id", "seq"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("tasks", Text),
    Column("data", Text, nullable=False),
    PrimaryKeyConstraint("kind", "key"),
    _only("documents_expiry", "expires_at"),
)

# Which documents may hold a task's texts.
document_tasks = Table(
    "document_tasks",
    metadata,
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("task_id", Id, nullable=False),
    PrimaryKeyConstraint("kind", "key", "task_id"),
    ForeignKeyConstraint(["kind", "key"], ["documents.kind", "documents.key"], ondelete="CASCADE"),
    Index("document_tasks_task", "task_id"),
    sqlite_with_rowid=False,
)
