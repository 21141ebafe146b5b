"""A store on a file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from task_assistant.stores.sql import SqliteStore
from tests.stores.sql_only.files import empty_file, hurried


@pytest.fixture(autouse=True, scope="package")
def no_waiting_for_the_disk() -> Iterator[None]:
    with hurried():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return empty_file(tmp_path / "tasks.db")


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(path)
    await store.open()
    yield store
    await store.close()
