"""What an adapter must not forget: its place in the source, and what has arrived and not yet reached the server."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from task_assistant.client.adapters.delivery import Delivery


class State:
    """Small files in a directory of the adapter's own, readable to its user alone and replaced as a whole."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read(self, name: str) -> str | None:
        """A value kept before, None when there is none."""
        try:
            return (self._directory / name).read_text("utf-8")
        except FileNotFoundError:
            return None

    def keep(self, name: str, value: str) -> None:
        """Keeps a value for the next start; it is on disk when this returns."""
        _write(self._directory / name, value.encode())

    @property
    def spool(self) -> Spool:
        """What has arrived and not yet been taken."""
        return Spool(self._directory / "spool")


class Spool:
    """Deliveries in the order of their arrival, each a file. A delivery is acknowledged only when it is on disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, delivery: Delivery) -> None:
        """Keeps a delivery until it is taken."""
        kept = {
            "body": base64.b64encode(delivery.body).decode(),
            "headers": dict(delivery.headers),
            "path": delivery.path,
        }
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
        _write(self._directory / name, json.dumps(kept).encode())

    def each(self) -> Iterator[tuple[Path, Delivery]]:
        """What is waiting, oldest first."""
        waiting = sorted(self._directory.glob("*.json")) if self._directory.is_dir() else []
        for path in waiting:
            kept = json.loads(path.read_bytes())
            yield path, Delivery(base64.b64decode(kept["body"]), kept["headers"], kept["path"])

    def set_aside(self, path: Path) -> None:
        """Moves a delivery that could not be read out of the way, for the adapter's author to look at."""
        aside = self._directory / "unreadable"
        aside.mkdir(mode=0o700, exist_ok=True)
        path.replace(aside / path.name)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
