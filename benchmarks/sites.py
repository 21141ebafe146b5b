"""A board with a server on it and a client in front: what every measurement works with."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import postgres
from benchmarks.boards import prepare
from benchmarks.connection import Connection, request
from benchmarks.server import OWNER_KEY, ServerProcess

APP = "benchmarks.app:app"
QUIET_WITHIN, LOOK_SECONDS, IDLE_SHARE = 300.0, 2.0, 0.05


@dataclass
class Site:
    """One server over its own copy of a board. `agent_key` belongs to an agent that holds one task, for heartbeats."""

    size: int
    server: ServerProcess
    connection: Connection
    agent_key: str = ""
    held: bytes = b""
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @staticmethod
    async def open(size: int, place: Path, database_server: str | None = None, **settings: str) -> Site:
        """A started server over a fresh copy of the board of this size; on PostgreSQL where a server is named."""
        directory = place / "-".join((str(size), *settings.values()))
        board = await prepare(size, directory)
        if database_server is not None:
            settings["DATABASE_URL"] = await postgres.prepare(size, board, database_server)
        server = ServerProcess(directory, APP, settings=settings).start()
        site = Site(size, server, await Connection(server.port).open())
        await site.quiet()
        site.agent_key = await site.new_key("bench")
        await site.hold()
        return site

    async def quiet(self) -> None:
        """Waits until the server does nothing by itself: of a board that it has not seen it first learns all events."""
        until = time.monotonic() + QUIET_WITHIN
        while time.monotonic() < until:
            before = self.server.cpu_seconds()
            await asyncio.sleep(LOOK_SECONDS)
            if self.server.cpu_seconds() - before < IDLE_SHARE * LOOK_SECONDS:
                return

    async def close(self) -> None:
        """Stops the server."""
        self.connection.close()
        self.server.stop()

    async def new_key(self, name: str, role: str = "agent", **limits: Any) -> str:
        """A fresh key."""
        made = await self.connection.call(
            "POST", "/api/keys", OWNER_KEY, {"role": role, "name": name, **limits}
        )
        secret: str = made.expect(201).json()["key"]
        return secret

    async def hold(self) -> None:
        """Claims the task whose heartbeats `touch` sends."""
        claim = (await self.connection.call("POST", "/api/agent/claim", self.agent_key)).expect(200).json()
        path, token = f"/api/agent/tasks/{claim['id']}/heartbeat", {"claim_token": claim["claim_token"]}
        self.held = request("POST", path, self.agent_key, token)

    async def touch(self) -> None:
        """A small write by somebody: the next read cannot come from memory."""
        (await self.connection.send(self.held)).expect(200)

    def prepared(self, size: int) -> bytes:
        """The request for so many ready bytes."""
        return request("GET", f"/benchmark/prepared?size={size}", self.agent_key)

    @property
    def ping(self) -> bytes:
        """The request for nothing."""
        return request("GET", "/benchmark/ping", self.agent_key)
