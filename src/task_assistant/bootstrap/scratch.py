"""A whole server of its own for as long as something is tried out: in memory, on loopback, in this process."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import uvicorn

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings

PATIENCE: Final = 30.0  # seconds in which it must be up


@dataclass(frozen=True, slots=True)
class Scratch:
    """Its address and the person's key."""

    url: str
    owner_key: str = field(repr=False)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@contextmanager
def scratch_server() -> Iterator[Scratch]:
    """A real server over an empty store in memory, in a thread; it and everything in it are gone afterwards."""
    door = socket.create_server(("127.0.0.1", 0))
    port, key = door.getsockname()[1], secrets.token_urlsafe(24)
    environ = {"TASK_STORE": "memory", "TASK_TRACKER_API_KEY": key, "PORT": str(port)}
    settings = load_settings(environ, env_file=None)
    server = _Server(
        uvicorn.Config(create_app(settings), log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    try:
        if not server.up.wait(PATIENCE):
            raise TimeoutError("the scratch server did not start")
        yield Scratch(f"http://127.0.0.1:{port}", key)
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
