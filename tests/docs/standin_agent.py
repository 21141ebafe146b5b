"""Stands for a coding agent's command line: it takes the same options, keeps its servers, and does what it is asked.

`python standin_agent.py codex|claude …`. An option that it does not know ends it, as the real one would.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

CODEX_FILE, CLAUDE_FILE = Path("codex-servers.json"), Path(".mcp.json")


def codex(words: list[str]) -> None:
    """`codex mcp add` and `codex exec`."""
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("mcp").add_subparsers(required=True).add_parser("add")
    add.add_argument("name")
    add.add_argument("--url", required=True)
    add.add_argument("--bearer-token-env-var", required=True)
    run = verbs.add_parser("exec")
    run.add_argument("--sandbox", choices=["read-only", "workspace-write"])
    run.add_argument("prompt")
    said = parser.parse_args(words)
    if said.verb == "mcp":
        header = f"Bearer ${{{said.bearer_token_env_var}}}"
        keep(CODEX_FILE, said.name, {"url": said.url, "headers": {"Authorization": header}})
    else:
        work(CODEX_FILE, said.prompt)


def claude(words: list[str]) -> None:
    """`claude mcp add` and `claude -p`."""
    parser = argparse.ArgumentParser()
    if words[:2] == ["mcp", "add"]:
        for name in ("--scope", "--transport", "--header"):
            parser.add_argument(name, required=True)
        parser.add_argument("name")
        parser.add_argument("url")
        said = parser.parse_args(words[2:])
        name, _, value = said.header.partition(": ")
        keep(CLAUDE_FILE, said.name, {"type": said.transport, "url": said.url, "headers": {name: value}})
        return
    parser.add_argument("-p", action="store_true", required=True)
    parser.add_argument("--mcp-config", type=Path, required=True)
    parser.add_argument("--allowedTools", required=True)
    parser.add_argument("prompt")
    said = parser.parse_args(words)
    work(said.mcp_config, said.prompt)


def keep(file: Path, name: str, server: dict[str, Any]) -> None:
    """Remembers a server."""
    file.write_text(json.dumps({"mcpServers": {name: server}}))


def work(file: Path, prompt: str) -> None:
    """Does what the prompt of the documentation asks: one task of the server that it names."""
    (name, server), *_ = json.loads(os.path.expandvars(file.read_text()))["mcpServers"].items()
    assert f"the server {name}" in prompt
    asyncio.run(one_task(server))


async def one_task(server: dict[str, Any]) -> None:
    """Claims, works, submits."""
    async with (
        httpx2.AsyncClient(headers=server["headers"]) as http,
        Client(streamable_http_client(server["url"], http_client=http)) as client,
    ):
        claimed = await client.call_tool("claim_task", {})
        assert not claimed.is_error, claimed.content
        done = await client.call_tool("submit_for_review", {"summary": "Done by the stand-in."})
        assert not done.is_error, done.content


if __name__ == "__main__":
    {"codex": codex, "claude": claude}[sys.argv[1]](sys.argv[2:])
