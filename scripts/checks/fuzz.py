"""Runs schemathesis against the app on a database of its own: every endpoint against its own OpenAPI document.

`schemathesis.toml` in the project's root says what is excused, and why. What follows on the command line is passed on.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.first_run.application import HOST, Application, wait_until_ready
from scripts.first_run.environment import Environment
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str]) -> int:
    """0 when schemathesis finds nothing that its configuration does not excuse."""
    tool = Environment(ROOT, ROOT / ".venv-fuzz", ROOT / "requirements-fuzz.lock", with_project=False)
    try:
        tool.prepare()
        with tempfile.TemporaryDirectory() as data:
            return fuzz(tool.python.with_name("schemathesis"), Path(data), arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def fuzz(program: Path, data: Path, arguments: Sequence[str]) -> int:
    """Starts the app with its data in `data`, and runs the program against it as the owner."""
    key, port = secrets.token_urlsafe(32), free_port()
    app = Application(ROOT, Path(sys.executable), fresh_settings(data, key, port))
    server = app.start(port)
    try:
        wait_until_ready(server, port)
        address = f"http://{HOST}:{port}"
        command = (
            str(program),
            "run",
            f"{address}/openapi.json",
            "--url",
            address,
            "--checks",
            "all",
            *arguments,
        )
        environ = {
            **os.environ,
            "FUZZ_KEY": key,
            "PYTHONPATH": str(ROOT),
        }  # where its configuration finds the hooks
        return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode
    finally:
        server.terminate()
        server.wait()


def fresh_settings(data: Path, key: str, port: int) -> dict[str, str]:
    """Settings that owe nothing to this machine's own `.env`."""
    return {
        "PTA_DATA_DIR": str(data / "private"),
        "DATABASE_URL": f"sqlite:///{data / 'private' / 'tasks.db'}",
        "TASK_STORE": "sqlite",
        "TASK_TRACKER_API_KEY": key,
        "SESSION_SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_BASE_URL": f"http://{HOST}:{port}",
        "PORT": str(port),
    }


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
