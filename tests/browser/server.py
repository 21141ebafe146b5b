"""A whole server in a thread of the test's own process, over a fresh SQLite file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings

KEY = "an-owner-key-for-the-browser-tests"


@dataclass
class Running:
    """A server that answers at `url`; `stop` and `start` take it away and bring it back with its data.

    `more` are settings besides those that every server of these tests has.
    """

    data: Path
    port: int
    more: Mapping[str, str] = field(default_factory=dict)
    server: uvicorn.Server | None = None
    thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environ = {"PTA_DATA_DIR": str(self.data), "TASK_TRACKER_API_KEY": KEY, "PORT": str(self.port)}
        app = create_app(load_settings({**environ, **self.more}, env_file=None))
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        ready = httpx.HTTPTransport(retries=50)
        with httpx.Client(transport=ready) as client:
            client.get(f"{self.url}/readyz").raise_for_status()

    def stop(self) -> None:
        if self.server is None or self.thread is None:
            return
        self.server.should_exit = True
        self.thread.join()
        self.server = None

    def api(self, method: str, path: str, body: Any = None, key: str = KEY, expect: int | None = None) -> Any:
        """A program's request; its JSON. Fails for any status but 2xx, or `expect`."""
        headers = {"Authorization": f"Bearer {key}"}
        answer = httpx.request(method, f"{self.url}{path}", json=body, headers=headers)
        assert answer.is_success if expect is None else answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def create(self, title: str, **fields: Any) -> Any:
        """A new task by the person."""
        return self.api("POST", "/api/tasks", {"title": title, **fields})

    def key(self, role: str, name: str) -> str:
        """The secret of a fresh key."""
        secret: str = self.api("POST", "/api/keys", {"role": role, "name": name})["key"]
        return secret


def load_samples(data: Path) -> None:
    """Puts the sample tasks into the board of that directory, whose server is not running."""
    environ = {**os.environ, "PTA_DATA_DIR": str(data)}
    command = (sys.executable, "-m", "task_assistant.bootstrap.admin", "sample-tasks")
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running(data: Path, **more: str) -> Iterator[Running]:
    """A server on a free port until the block ends, with `more` settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Running(data, port, more=more)
    server.start()
    try:
        yield server
    finally:
        server.stop()
