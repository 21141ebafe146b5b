"""The SQLite store keeps what the port promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from task_assistant.stores.sql import SqliteStore
from tests.stores.conformance import Capabilities, StoreContract
from tests.stores.sql_only.files import empty_file, hurried


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk() -> Iterator[None]:
    with hurried():
        yield


class TestSqlite(StoreContract):
    capabilities = Capabilities(consecutive_seq=True, shared=True)

    def make(self, place: Path) -> SqliteStore:
        return SqliteStore(empty_file(place / "tasks.db"))
