"""Directories and servers of the long runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.server import ServerProcess

Serve = Callable[..., ServerProcess]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers on one database; stops those that are still there."""
    started: list[ServerProcess] = []

    def start(name: str, app: str = "app.main:app", settings: dict[str, str] | None = None) -> ServerProcess:
        server = ServerProcess(tmp_path / "shared", app, name, settings or {})
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.stop()
