"""Speaks to the installed application: its admin commands, and the server while it starts."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.first_run.trouble import Trouble

HOST = "127.0.0.1"
START_SECONDS = 60
_ADMIN = ("-m", "task_assistant.bootstrap.admin")
_SERVER = ("-m", "uvicorn", "app.main:app", "--host", HOST, "--no-proxy-headers", "--no-access-log")
# An open event stream must not hold up Ctrl-C.
_STOP_QUICKLY = ("--timeout-graceful-shutdown", "3")


@dataclass(frozen=True)
class Application:
    """The application in `root`, run by the environment's `python` with `settings` over its `.env`."""

    root: Path
    python: Path
    settings: Mapping[str, str]

    def admin(self, *command: str) -> dict[str, Any]:
        """The JSON answer of `python -m task_assistant.bootstrap.admin COMMAND`.

        Raises:
            Trouble: it failed; the sentence is its own.
        """
        done = subprocess.run(
            (self.python, *_ADMIN, *command),
            cwd=self.root,
            env=self._environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Trouble(
                _last_line(done.stderr) or f"`{command[0]}` failed with exit code {done.returncode}."
            )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """Starts the server on this port of this machine, in the foreground of this terminal."""
        command = (self.python, *_SERVER, *_STOP_QUICKLY, "--port", str(port), "--log-level", "warning")
        return subprocess.Popen(command, cwd=self.root, env=self._environ())

    def _environ(self) -> dict[str, str]:
        return {**os.environ, **self.settings}


def wait_until_ready(server: subprocess.Popen[bytes], port: int, seconds: float = START_SECONDS) -> None:
    """Returns once the server says that it is ready.

    Raises:
        Trouble: it ended, or is not ready in time.
    """
    deadline = time.monotonic() + seconds
    while not _answers(f"http://{HOST}:{port}/readyz"):
        if server.poll() is not None:
            raise Trouble("The app did not start; what it said stands above.")
        if time.monotonic() > deadline:
            raise Trouble(f"The app is not ready after {seconds:.0f} seconds; what it said stands above.")
        time.sleep(0.1)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine."""
    with socket.socket() as probe:
        if os.name == "posix":  # as servers do it, so that a port left a moment ago counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    """Raises Trouble, with a port that is free, when this one is taken."""
    if is_free(port):
        return
    other = next(
        (candidate for candidate in range(port + 1, min(port + 100, 65536)) if is_free(candidate)), None
    )
    hint = f"run this again with --port {other}" if other else "name another with --port"
    raise Trouble(f"Port {port} is taken, perhaps by this app already running: stop that program, or {hint}.")


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # a proxy does not know this machine
    try:
        with direct.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
