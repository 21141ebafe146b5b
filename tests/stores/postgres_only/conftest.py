"""Stores on a real server, each test with a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from task_assistant.stores.sql.postgres import PostgresStore
from tests.stores.postgres_only.cluster import Cluster, another_cluster, cluster

Open = Callable[[], Awaitable[PostgresStore]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory needs the server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture
def database() -> Iterator[str]:
    """The name of a migrated database without tasks."""
    name = cluster().take()
    yield name
    cluster().give_back(name)


@pytest.fixture
def empty() -> Iterator[str]:
    """The name of a database without anything."""
    cluster().execute("postgres", "DROP DATABASE IF EXISTS nothing", "CREATE DATABASE nothing")
    yield "nothing"
    cluster().execute("postgres", "DROP DATABASE nothing WITH (FORCE)")


@pytest.fixture
def own() -> Iterator[Cluster]:
    """A server of the test's own, which it may stop and kill, with a migrated database."""
    found = another_cluster()
    yield found
    found.remove()


@pytest.fixture
async def another(database: str) -> AsyncIterator[Open]:
    """Opens one more store on the test's database, as another process would."""
    opened: list[PostgresStore] = []

    async def open_one() -> PostgresStore:
        store = PostgresStore(cluster().url(database))
        await store.open()
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(another: Open) -> PostgresStore:
    return await another()
