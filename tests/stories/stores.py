"""The stores on which stories are told: each fresh, those with a server of their own behind a mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from task_assistant.ports.store import Store
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.sql import SqliteStore

STORES: Sequence[tuple[str, Sequence[pytest.MarkDecorator]]] = (
    ("sqlite", ()),
    ("postgres", (pytest.mark.postgres,)),
    ("firestore", (pytest.mark.firestore,)),
)


@contextmanager
def a_store(name: str, place: Path) -> Iterator[Store]:
    """The store of this name, not yet open, on data of its own."""
    if name == "memory":
        yield MemoryStore()
    elif name == "sqlite":
        yield SqliteStore(place / "tasks.db")
    elif name == "postgres":
        from task_assistant.stores.sql.postgres import PostgresStore
        from tests.stores.postgres_only.cluster import cluster

        database = cluster().take()
        yield PostgresStore(cluster().url(database))
        cluster().give_back(database)
    else:
        from task_assistant.stores.firestore import FirestoreStore
        from tests.stores.firestore_only.emulator import project

        yield FirestoreStore(project(place), fresh=0.05)
