"""A reader of the event feed that goes on from where it was, whichever server answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.connection import Connection
from benchmarks.server import OWNER_KEY


@dataclass
class Follower:
    """`events` is all it ever saw, in the order in which it saw it."""

    events: list[dict[str, Any]] = field(default_factory=list)
    cursor: int = 0

    async def until_gone(self, port: int) -> None:
        """Follows until the server is gone."""
        try:
            async with Connection(port) as line:
                while True:
                    await self._page(line, wait=20)
        except OSError:
            return

    async def drain(self, port: int) -> None:
        """Reads the rest of the feed."""
        async with Connection(port) as line:
            while await self._page(line, wait=0):
                pass

    async def _page(self, line: Connection, wait: int) -> bool:
        path = f"/api/events?after={self.cursor}&limit=500&wait={wait}"
        page = (await line.call("GET", path, OWNER_KEY)).expect(200).json()
        self.events += page["events"]
        self.cursor = page["next"]
        return bool(page["events"])
