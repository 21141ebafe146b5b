"""Stores on the emulator, each test with a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from task_assistant.stores.firestore import FirestoreStore
from tests.stores.firestore_only.emulator import project

Open = Callable[[], Awaitable[FirestoreStore]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory needs the emulator."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.firestore)


@pytest.fixture
async def another(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens one more store on the test's database, as another process would."""
    opened: list[FirestoreStore] = []

    async def open_one() -> FirestoreStore:
        store = FirestoreStore(project(tmp_path), fresh=0.05)
        await store.open()
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        await store.close()


@pytest.fixture
async def store(another: Open) -> FirestoreStore:
    return await another()
