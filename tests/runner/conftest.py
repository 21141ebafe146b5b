"""A real server in the test's loop, and `pta work` with stand-in agents: small shell scripts."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.bootstrap.settings import load_settings
from task_assistant.client import Client
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Task
from task_assistant.runner.loop import End, Runner
from task_assistant.runner.plan import Plan
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.memory import MemoryStore
from tests.factories import owner

COMMAND = (
    sys.executable,
    "-c",
    "import sys; from task_assistant.bootstrap.command_line import main; sys.exit(main())",
)


class Server:
    """An app that can go away and come back on the same port with the same board."""

    def __init__(self) -> None:
        self.services = Services(Desk(MemoryStore(), SystemClock(), SystemSecrets("a secret of this test")))
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Answers when this returns."""
        settings = load_settings({"TASK_STORE": "memory", "PORT": str(self.port)}, env_file=None)
        app = create_app(settings, services=self.services)
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        self.serving = asyncio.create_task(self.server.serve([self.door]))
        while not self.server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Gone when this returns."""
        self.server.should_exit = True
        await self.serving
        self.door.close()

    async def restart_after_stop(self) -> None:
        """Back on the same port."""
        self.door = socket.create_server(("127.0.0.1", self.port))
        await self.start()


@dataclass
class Works:
    """A queue with an agent's key, and the runner over it."""

    server: Server
    key: str
    folder: Path
    said: list[str] = field(default_factory=list)

    async def ready(self, title: str = "Write the notes", **fields: Any) -> int:
        """A task for agents."""
        made = await self.server.services.capture.create(
            owner(), {"title": title, "assignee": "codex", **fields}
        )
        return made.id

    async def look(self, task_id: int) -> Task:
        """The task as it is."""
        return await self.server.services.tasks.get(owner(), task_id)

    def plan(self, script: str, **more: Any) -> Plan:
        """A plan whose command is this shell script."""
        more = {"once": True, "beat": 0.1, "grace": 0.5, "environ": dict(os.environ), **more}
        return Plan(("sh", "-c", script), self.folder, **more)

    async def run(self, plan: Plan) -> End:
        """One run in this process."""
        async with Client(self.server.url, self.key) as client:
            return await Runner(client, plan, self.said.append).run()

    async def once(self, script: str, **more: Any) -> Task:
        """One fresh task, worked on by this script; the task afterwards."""
        task_id = await self.ready()
        await self.run(self.plan(script, **more))
        return await self.look(task_id)

    async def notes(self, task_id: int) -> list[str]:
        """What the attempts left behind, newest first."""
        found = await self.server.services.tasks.file(owner(), task_id, "attempt", 10)
        return [str((record.data or {}).get("note")) for record in found]

    def log(self) -> Path:
        """The folder of the newest attempt."""
        return max(self.folder.glob("task-*/*"), key=lambda path: path.stat().st_mtime_ns)

    async def process(self, *words: str) -> asyncio.subprocess.Process:
        """`pta work` as a process of its own."""
        environ = {**os.environ, "TASK_TRACKER_URL": self.server.url, "TASK_TRACKER_API_KEY": self.key}
        return await asyncio.create_subprocess_exec(
            *COMMAND, "work", "--folder", str(self.folder), *words, env=environ, cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Works]:
    server = Server()
    await server.start()
    _, key = await server.services.keys.create(owner(), Role.AGENT, "runner")
    yield Works(server, key, tmp_path)
    await server.stop()


async def until(holds: Callable[[], Any], seconds: float = 20.0) -> Any:
    """Waits for something that another process does; fails when it never happens."""
    async with asyncio.timeout(seconds):
        while not (found := holds()):  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.02)
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def pid_in(path: Path) -> int | None:
    """The number that a script wrote, once it is there."""
    text = path.read_text().strip() if path.exists() else ""
    return int(text) if text.isdigit() else None
