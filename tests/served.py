"""A whole server in a thread of its own, for tests that speak to it from outside."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings


@contextmanager
def served(owner_key: str, port: int = 0) -> Iterator[str]:
    """The address of a server with an empty board in memory. Its door is open at once: what comes early waits in it."""
    door = socket.create_server(("127.0.0.1", port))
    port = door.getsockname()[1]
    settings = load_settings(
        {"TASK_STORE": "memory", "TASK_TRACKER_API_KEY": owner_key, "PORT": str(port)}, env_file=None
    )
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
