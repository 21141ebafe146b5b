"""A fresh server for each test: over the memory store, and where a module says so over SQLite as well."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from task_assistant.stores.sql import SqliteStore
from tests.api.server import Client, Server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`ON_EVERY_STORE = True` in a module runs its tests over both stores."""
    if "store_kind" in metafunc.fixturenames:
        both = getattr(metafunc.module, "ON_EVERY_STORE", False)
        metafunc.parametrize("store_kind", ["memory", "sqlite"] if both else ["memory"])


@pytest.fixture(scope="session")
def fresh_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without tasks: migrations are for other tests."""
    path = tmp_path_factory.mktemp("fresh") / "tasks.db"

    async def migrate() -> None:
        store = SqliteStore(path)
        await store.open()
        await store.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
async def server(store_kind: str, fresh_file: Path, tmp_path: Path) -> AsyncIterator[Server]:
    server = Server()
    if store_kind == "sqlite":
        server = Server(SqliteStore(Path(shutil.copy(fresh_file, tmp_path))))
    await server.store.open()
    yield server
    await server.store.close()


@pytest.fixture
def person(server: Server) -> Client:
    """The person, with the owner key of the environment."""
    return server.client()


@pytest.fixture
async def alpha(server: Server) -> Client:
    """An agent."""
    return await server.client_of("agent", "alpha")


@pytest.fixture
async def mail(server: Server) -> Client:
    """An adapter."""
    return await server.client_of("adapter", "mail")
