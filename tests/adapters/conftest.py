"""One real server in memory for the adapters of a module's tests, and the person at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from task_assistant.bootstrap.scratch import Scratch, scratch_server
from task_assistant.client import Client, run
from task_assistant.client.adapters import Adapter
from tests.adapters.stage import Asked, Reply, Stage, Vendored


@pytest.fixture(scope="module")
def server() -> Iterator[Scratch]:
    with scratch_server() as server:
        yield server


@pytest.fixture
def person(server: Scratch) -> Iterator[Client]:
    client = Client.plain(server.url, server.owner_key)
    yield client
    run(client.close())


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes stages on one fresh app."""
    with scratch_server() as scratch, ExitStack() as stack:

        def make(kind: type[Adapter], environ: dict[str, str] | None = None, **limits: Any) -> Stage:
            return Stage(kind, scratch, tmp_path / kind.name, stack, environ or {}, limits)

        yield make


@pytest.fixture
def vendor() -> Iterator[Callable[[Callable[[Asked], Reply]], Vendored]]:
    """Plays sources' own interfaces."""
    with ExitStack() as stack:

        def play(answer: Callable[[Asked], Reply]) -> Vendored:
            played = Vendored(answer)
            stack.callback(played.close)
            return played

        yield play
