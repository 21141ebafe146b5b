"""Many clients on several servers take tasks until there are none: claim, hand back, claim …"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.connection import Connection
from benchmarks.server import OWNER_KEY, ServerProcess
from task_assistant.domain.limits import BATCH

Json = dict[str, Any]


@dataclass
class Race:
    """What the clients saw. `taken` maps a task to the agents that were given it, `statuses` counts the answers."""

    taken: dict[int, list[str]] = field(default_factory=dict)
    attempts: set[int] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    statuses: dict[tuple[str, int], int] = field(default_factory=dict)

    async def run(self, servers: Sequence[ServerProcess], clients: int) -> None:
        """Returns once every client has been told that there is nothing left."""
        async with Connection(servers[0].port) as line:
            keys = [await new_key(line, f"racer-{n}") for n in range(clients)]
        ports = [servers[n % len(servers)].port for n in range(clients)]
        await asyncio.gather(*(self._racer(f"racer-{n}", keys[n], ports[n]) for n in range(clients)))

    async def _racer(self, name: str, key: str, port: int) -> None:
        async with Connection(port) as line:
            while True:
                answer = await line.call("POST", "/api/agent/claim", key)
                self._count("claim", answer.status)
                if answer.status != 200:
                    return
                await self._hand_back(line, name, key, answer.json())

    async def _hand_back(self, line: Connection, name: str, key: str, task: Json) -> None:
        self.taken.setdefault(task["id"], []).append(name)
        self.attempts.add(task["claim"]["attempt"])
        self.tokens.add(task["claim_token"])
        body = {"claim_token": task["claim_token"], "summary": f"Done by {name}."}
        answer = await line.call("POST", f"/api/agent/tasks/{task['id']}/submit", key, body)
        self._count("submit", answer.status)

    def _count(self, what: str, status: int) -> None:
        self.statuses[what, status] = self.statuses.get((what, status), 0) + 1


async def new_key(line: Connection, name: str, role: str = "agent") -> str:
    """A fresh key's secret."""
    answer = await line.call("POST", "/api/keys", OWNER_KEY, {"role": role, "name": name})
    secret: str = answer.expect(201).json()["key"]
    return secret


async def put_tasks(line: Connection, count: int) -> set[int]:
    """Ingests so many tasks for agents; their ids."""
    made: set[int] = set()
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        tasks = [{"title": f"Task {n}", "assignee": "codex", "external_id": f"race-{n}"} for n in numbers]
        answer = await line.call(
            "POST", "/api/ingest/context", OWNER_KEY, {"origin": "other", "tasks": tasks}
        )
        made.update(task["id"] for task in answer.expect(200).json()["created"])
    return made


async def all_events(line: Connection) -> list[Json]:
    """The whole feed."""
    events: list[Json] = []
    after = 0
    while True:
        page = (await line.call("GET", f"/api/events?after={after}&limit=500", OWNER_KEY)).expect(200).json()
        if not page["events"]:
            return events
        events += page["events"]
        after = page["next"]
