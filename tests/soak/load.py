"""Clients that write until the server is gone: each kind of write in a loop of its own, several at once.

A request that got no answer is sent again to the next server where that is safe (an Idempotency-Key, external ids),
and must then be found done once: not lost, not doubled, and a batch never by half.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.connection import Connection
from benchmarks.server import OWNER_KEY
from tests.soak.acknowledged import Acknowledged, Fact

AGENTS = 3
BATCH = 20


@dataclass
class Load:
    """All writers. `agents` are keys; `open_create` and `open_batches` are requests without an answer yet."""

    done: Acknowledged
    agents: list[str]
    rng: random.Random
    numbers: count[int] = field(default_factory=lambda: count(1))
    open_creates: dict[int, dict[str, Any]] = field(default_factory=dict)
    open_batches: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    async def until_gone(self, port: int) -> None:
        """Writes until every connection is dead."""
        writers: list[Callable[[Connection], Coroutine[Any, Any, None]]] = [
            *(self._creates, self._creates, self._ingests, self._patches, self._comments),
            *(self._works(key) for key in self.agents),
        ]
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(self._until_gone(writer, port))

    async def _until_gone(self, writer: Callable[[Connection], Coroutine[Any, Any, None]], port: int) -> None:
        line = Connection(port)
        try:
            await line.open()
            await writer(line)
        except OSError:
            self.done.unanswered["connections"] += 1
        finally:
            line.close()

    async def settle(self, port: int) -> None:
        """Sends again what got no answer, to the server that came after."""
        async with Connection(port) as line:
            for number in list(self.open_creates):
                await self._create(line, number)
            for number in list(self.open_batches):
                await self._ingest(line, number)

    # -- creating --------------------------------------------------------------------------------------------------

    async def _creates(self, line: Connection) -> None:
        while True:
            number = next(self.numbers)
            self.open_creates[number] = {
                "title": f"Created {number}",
                "assignee": "codex",
                "labels": ["soak"],
            }
            await self._create(line, number)

    async def _create(self, line: Connection, number: int) -> None:
        body = self.open_creates[number]
        key = {"idempotency_key": f"create-{number}"}
        made = (await line.call("POST", "/api/tasks", OWNER_KEY, body, **key)).expect(201).json()
        del self.open_creates[number]
        self.done.created(made)

    async def _ingests(self, line: Connection) -> None:
        while True:
            number = next(self.numbers)
            self.open_batches[number] = [
                {"title": f"Ingested {number}-{n}", "external_id": f"soak-{number}-{n}"} for n in range(BATCH)
            ]
            await self._ingest(line, number)

    async def _ingest(self, line: Connection, number: int) -> None:
        body = {"origin": "email", "tasks": self.open_batches[number]}
        answer = (await line.call("POST", "/api/ingest/context", OWNER_KEY, body)).expect(200).json()
        made = answer["created"] + answer["duplicates"]
        assert sorted(map(len, (answer["created"], answer["duplicates"]))) == [0, BATCH], (
            "a batch stood by half"
        )
        del self.open_batches[number]
        self.done.created(*made)

    # -- changing --------------------------------------------------------------------------------------------------

    def _some_task(self) -> int | None:
        return self.rng.choice(list(self.done.tasks)) if self.done.tasks else None

    async def _patches(self, line: Connection) -> None:
        while True:
            task_id, number = self._some_task(), next(self.numbers)
            if task_id is None:
                await self._creates_one(line, number)
                continue
            change = {"title": f"Patched {number}", "priority": number % 5 + 1}
            answer = await line.call("PATCH", f"/api/tasks/{task_id}", OWNER_KEY, change)
            self.done.task("edited", answer.expect(200).json())

    async def _comments(self, line: Connection) -> None:
        while True:
            task_id, number = self._some_task(), next(self.numbers)
            if task_id is None:
                await self._creates_one(line, number)
                continue
            text = f"Comment {number}"
            answer = await line.call("POST", f"/api/tasks/{task_id}/comments", OWNER_KEY, {"text": text})
            answer.expect(201)
            self.done.answered(Fact(task_id, "commented", text=text))

    async def _creates_one(self, line: Connection, number: int) -> None:
        self.open_creates[number] = {"title": f"Created {number}", "assignee": "codex"}
        await self._create(line, number)

    # -- working ---------------------------------------------------------------------------------------------------

    def _works(self, key: str) -> Callable[[Connection], Coroutine[Any, Any, None]]:
        async def work(line: Connection) -> None:
            while True:
                claim = (await line.call("POST", "/api/agent/claim", key, {"wait_seconds": 20})).expect(
                    200, 404
                )
                if claim.status == 200:
                    await self._work_on(line, key, claim.json())

        return work

    async def _work_on(self, line: Connection, key: str, claim: dict[str, Any]) -> None:
        self.done.task("claimed", claim)
        path, token = f"/api/agent/tasks/{claim['id']}", {"claim_token": claim["claim_token"]}
        note = f"Note {next(self.numbers)}"
        (await line.call("POST", f"{path}/progress", key, {**token, "note": note})).expect(200)
        self.done.answered(Fact(claim["id"], "progress", text=note))
        answer = await line.call("POST", f"{path}/submit", key, {**token, "summary": f"Done. {note}"})
        self.done.task("submitted", answer.expect(200).json())
