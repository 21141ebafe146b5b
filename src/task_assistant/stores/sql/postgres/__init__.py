"""PostgreSQL: pools, transactions that may meet, and word of commits from other processes."""

from __future__ import annotations

from task_assistant.stores.sql.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
