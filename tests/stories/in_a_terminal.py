"""The hands that type `pta`, each command a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.stories.hands import Given, Refused, Seen, Told

COMMAND = (
    sys.executable,
    "-c",
    "import sys; from task_assistant.bootstrap.command_line import main; sys.exit(main())",
)


class Terminal:
    """A shell whose environment names the server and the key."""

    def __init__(self, url: str, key: str, home: Path) -> None:
        self._environ = {
            "PATH": os.environ["PATH"],
            "TASK_TRACKER_URL": url,
            "TASK_TRACKER_API_KEY": key,
            "XDG_STATE_HOME": str(home),
            "HOME": str(home),
        }
        self._home = home

    async def pta(self, *words: str) -> Any:
        """What the command prints as JSON. Raises Refused."""
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *words, "--json", env=self._environ, cwd=self._home,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, wrong = await process.communicate()
        if process.returncode:
            raise Refused(json.loads(wrong)["error"]["code"])
        return json.loads(out)


class TerminalAgent:
    """An agent that is a shell script."""

    def __init__(self, terminal: Terminal) -> None:
        self._pta = terminal.pta

    async def claim(self, task_id: int | None = None) -> Given:
        claimed = await self._pta("claim", *([str(task_id)] if task_id is not None else []))
        context = claimed["context"]
        feedback = tuple(entry["text"] for entry in context["feedback"])
        answers = tuple(entry["answer"] for entry in context["answers"])
        return Given(claimed["id"], claimed["title"], feedback, answers)

    async def ask(self, task_id: int, question: str) -> None:
        await self._pta("ask", str(task_id), question, "--kind", "decision")

    async def submit(self, task_id: int, summary: str) -> None:
        await self._pta("submit", str(task_id), summary)

    async def release(self, task_id: int, note: str) -> None:
        await self._pta("release", str(task_id), note)

    async def report(self, task_id: int, note: str) -> str:
        return str((await self._pta("progress", str(task_id), note))["state"])

    async def close(self, task_id: int) -> None:
        await self._pta("done", str(task_id))


class TerminalPerson:
    """The person at a prompt."""

    def __init__(self, terminal: Terminal) -> None:
        self._pta = terminal.pta

    async def capture(self, title: str) -> int:
        task_id = (await self._pta("add", title))["id"]
        await self._pta("assign", str(task_id), "agent")
        return int(task_id)

    async def look(self, task_id: int) -> Seen:
        task = await self._pta("show", str(task_id))
        asked, result = task["question"], task["result"]
        summary = result["summary"] if result else None
        return Seen(task["status"], task["lane"], asked and asked["text"], summary)

    async def history(self, task_id: int) -> list[Told]:
        events = await self._pta("show", str(task_id), "--history")
        return [Told(event["type"], event["actor"], event["via"]) for event in events]

    async def answer(self, task_id: int, text: str) -> None:
        await self._pta("answer", str(task_id), text)

    async def approve(self, task_id: int) -> None:
        await self._pta("approve", str(task_id))

    async def send_back(self, task_id: int, feedback: str) -> None:
        await self._pta("send-back", str(task_id), feedback)

    async def cancel(self, task_id: int) -> None:
        await self._pta("cancel", str(task_id))

    async def comments(self, task_id: int) -> list[str]:
        return [comment["text"] for comment in await self._pta("show", str(task_id), "--comments")]
