"""One real server in memory for the adapters of a module's tests, and the person at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from task_assistant.bootstrap.scratch import Scratch, scratch_server
from task_assistant.client import Client, run


@pytest.fixture(scope="module")
def server() -> Iterator[Scratch]:
    with scratch_server() as server:
        yield server


@pytest.fixture
def person(server: Scratch) -> Iterator[Client]:
    client = Client.plain(server.url, server.owner_key)
    yield client
    run(client.close())
