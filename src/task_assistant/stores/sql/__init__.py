"""The SQL stores: SQLite now, PostgreSQL through the same logic."""

from __future__ import annotations

from task_assistant.stores.sql.store import SqliteStore

__all__ = ["SqliteStore"]
