"""The SQL stores: SQLite and PostgreSQL by the same logic. PostgreSQL's needs its driver and is imported by itself."""

from __future__ import annotations

from task_assistant.stores.sql.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
