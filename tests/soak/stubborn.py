"""Clients that take tasks until there are none, through crashes: without an answer they ask another server the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.connection import Answer, Connection
from benchmarks.server import ServerProcess

Json = dict[str, Any]
PATIENCE = 0.05  # seconds before the next server is asked
AGAIN = (503,)  # nothing was done, or it is not known whether it was: the same key tells


@dataclass
class StubbornRace:
    """What the clients saw. `half` is set once so many tasks were taken; `unanswered` had to be asked again."""

    servers: Sequence[ServerProcess]
    half_way: int
    taken: dict[int, list[str]] = field(default_factory=dict)
    by_server: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    half: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, keys: Sequence[str]) -> None:
        """Returns once every client has been told that there is nothing left."""
        await asyncio.gather(*(self._racer(n, key) for n, key in enumerate(keys)))

    async def _racer(self, number: int, key: str) -> None:
        turn = 0
        while True:
            turn += 1
            claim = await self._ask(number, key, f"claim-{turn}", "/api/agent/claim", {})
            if claim.status == 404:
                return
            task = claim.expect(200).json()
            self.taken.setdefault(task["id"], []).append(f"racer-{number}")
            if len(self.taken) >= self.half_way:
                self.half.set()
            body = {"claim_token": task["claim_token"], "summary": f"Done by racer-{number}."}
            path = f"/api/agent/tasks/{task['id']}/submit"
            (await self._ask(number, key, f"submit-{turn}", path, body)).expect(200)

    async def _ask(self, number: int, key: str, once: str, path: str, body: Json) -> Answer:
        """The answer of whichever server gives one; asked again with the same Idempotency-Key it is done once."""
        at = number
        while True:
            server = at % len(self.servers)
            try:
                async with Connection(self.servers[server].port) as line:
                    answer = await line.call("POST", path, key, body, idempotency_key=once)
            except OSError:
                answer = None
            if answer is not None and answer.status not in AGAIN:
                self.by_server[server] += 1
                return answer
            self.unanswered += 1
            at += 1
            await asyncio.sleep(PATIENCE)
