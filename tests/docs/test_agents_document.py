"""Every snippet of docs/agents.md does what the text around it says; stand-ins play the agents that are not here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import StdioServerParameters
from mcp.client import Client as McpClient
from mcp.client.streamable_http import streamable_http_client

from task_assistant.client import Client, run
from task_assistant.mcp_server.guide import PROMPTS
from task_assistant.mcp_server.tools import TOOLS
from tests.served import served

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "agents.md").read_text("utf-8")
STANDIN = Path(__file__).with_name("standin_agent.py")
OWNER_KEY = "an-owner-key-for-the-documentation"
LOAD = "set -a; . ./.env.agent; set +a\n"


def snippets(heading: str, language: str) -> list[str]:
    """The code under a heading, in order."""
    _, _, section = TEXT.partition(f"# {heading}\n")
    assert section, heading
    return re.findall(
        rf"^```{language}\n(.*?)^```$", re.split(r"^#+ [A-Z]", section, flags=re.M)[0], re.M | re.S
    )


@dataclass
class Reader:
    """Somebody who pastes what the document says into a shell where the app is installed."""

    folder: Path
    url: str
    agent_key: str
    owner: Client

    def ready(self, title: str = "Write the notes") -> int:
        """A task for agents."""
        return run(self.owner.create(title=title, assignee="codex"))["id"]

    def look(self, task_id: int) -> Any:
        """The task as it is."""
        return run(self.owner.task(task_id))

    def environ(self) -> dict[str, str]:
        """A shell in which `pta` and the agents are on the path."""
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "AGENT_KEY": self.agent_key}

    def paste(self, script: str) -> str:
        """What the lines print. Fails with them."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, env=self.environ(),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.agent_key not in done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(OWNER_KEY) as url:
        yield url


@pytest.fixture
def reader(address: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    owner = Client.plain(address, OWNER_KEY)
    for task in run(owner.tasks(lane="agent")):
        run(owner.verb(task["id"], "cancel"))
    made = run(owner.create_key("agent", f"agent-{request.node.name[-30:]}"))["key"]
    (tmp_path / ".env").write_text(f"TASK_TRACKER_URL={address}\nTASK_TRACKER_API_KEY={OWNER_KEY}\n")
    (tmp_path / ".env.agent").write_text(f"TASK_TRACKER_URL={address}\nTASK_TRACKER_API_KEY={made}\n")
    (tmp_path / "bin").mkdir()
    for name in ("codex", "claude"):
        command = tmp_path / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {sys.executable} {STANDIN} {name} "$@"\n')
        command.chmod(0o755)
    yield Reader(tmp_path, address, str(made), owner)
    run(owner.close())


def test_loading_the_file_of_the_wizard_is_what_comes_first() -> None:
    assert snippets("Connect an agent in a minute", "sh") == [LOAD]


@pytest.mark.parametrize("agent", ["Codex CLI", "Claude Code"])
def test_two_pasted_commands_connect_an_agent_and_it_does_a_task(reader: Reader, agent: str) -> None:
    task_id = reader.ready()
    reader.paste(LOAD + "".join(snippets(agent, "sh")))
    assert reader.look(task_id)["status"] == "waiting_review"
    kept = "".join(path.read_text() for path in reader.folder.glob("*.json")) + "".join(
        path.read_text() for path in reader.folder.glob(".mcp.json")
    )
    assert reader.agent_key not in kept


async def test_each_configuration_connects_an_mcp_client(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_TRACKER_URL", reader.url)
    monkeypatch.setenv("TASK_TRACKER_API_KEY", reader.agent_key)
    over_http, over_stdio = (
        json.loads(os.path.expandvars(text))["mcpServers"]["tasks"]
        for text in snippets("Any MCP client", "json")
    )
    environ = {**reader.environ(), **over_stdio["env"]}
    command = str(Path(sys.executable).with_name(over_stdio["command"]))
    started = StdioServerParameters(command=command, args=over_stdio["args"], env=environ, cwd=reader.folder)
    async with httpx2.AsyncClient(headers=over_http["headers"]) as http:
        for transport in (streamable_http_client(over_http["url"], http_client=http), started):
            async with McpClient(transport) as client:
                assert len((await client.list_tools()).tools) >= 11


def test_the_document_names_every_tool_and_prompt() -> None:
    for name in [tool.name for tool in TOOLS if "agent" in tool.roles] + list(PROMPTS):
        assert f"`{name}`" in TEXT, name


def test_the_runner_does_a_task_with_the_script_of_the_document(reader: Reader) -> None:
    task_id = reader.ready()
    reader.paste(LOAD + "".join(snippets("Any command: the runner", "sh")))
    task = reader.look(task_id)
    assert task["status"] == "waiting_review"
    assert "I read it; it has" in task["result"]["summary"]


def test_curl_claims_and_submits(reader: Reader) -> None:
    task_id = reader.ready()
    reader.paste(LOAD + "".join(snippets("With curl", "sh")))
    assert reader.look(task_id)["result"]["summary"] == "Done."


def test_the_worker_of_twenty_lines_asks_and_hands_back(reader: Reader) -> None:
    (text,) = snippets("A worker in 20 lines of Python", "python")
    lines = [line for line in text.splitlines() if line and not line.startswith(('"""', "import", "from"))]
    assert len(lines) <= 20
    plain, asked = reader.ready("Write the notes"), reader.ready("Which font?")
    environ = {**reader.environ(), "TASK_TRACKER_URL": reader.url, "TASK_TRACKER_API_KEY": reader.agent_key}
    worker = subprocess.Popen([sys.executable, "-c", text], env=environ, cwd=reader.folder)
    try:
        until(
            lambda: (
                reader.look(plain)["status"] == "waiting_review" and reader.look(asked)["status"] == "blocked"
            )
        )
        run(reader.owner.verb(asked, "answer", answer="this"))
        until(lambda: reader.look(asked)["status"] == "waiting_review")
    finally:
        worker.terminate()
        worker.wait()


def test_the_story_for_agent_authors_ends_with_an_approved_and_a_declined_task(reader: Reader) -> None:
    reader.paste("".join(snippets("For agent authors: how work goes", "sh")))
    first, second = sorted(
        run(reader.owner.tasks(include_done="true", sort="created")), key=lambda task: -task["id"]
    )[1::-1]
    assert (first["status"], second["lane"]) == ("done", "triage")
    told = [event["type"] for event in run(reader.owner.history(first["id"]))]
    for step in ("claimed", "asked", "answered", "submitted", "sent_back", "approved"):
        assert step in told


def until(holds: Any) -> None:
    """Waits for another process."""
    for _ in range(1_500):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it never happened")
