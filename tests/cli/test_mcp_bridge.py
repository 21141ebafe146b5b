"""`pta mcp` as a process: how it begins and ends. What it answers is told by tests/stories."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.shared.exceptions import MCPError

from tests.cli.conftest import OWNER_KEY, TOGETHER_COMMAND, Pta
from tests.served import served

HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "a test", "version": "1"},
}


def bridge(folder: Path, url: str, key: str = OWNER_KEY) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "TASK_TRACKER_URL": url, "TASK_TRACKER_API_KEY": key}
    return subprocess.Popen(
        [*TOGETHER_COMMAND, "mcp"], env=environ, cwd=folder,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def tell(process: subprocess.Popen[bytes], message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()


def test_a_client_that_goes_away_leaves_neither_a_process_nor_a_traceback(
    server: str, tmp_path: Path
) -> None:
    process = bridge(tmp_path, server)
    tell(process, {"id": 1, "method": "initialize", "params": HELLO})
    assert process.stdout is not None
    assert b'"id":1' in process.stdout.readline()
    command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert OWNER_KEY.encode() not in command_line
    process.stdout.close()
    tell(process, {"id": 2, "method": "tools/list"})
    assert process.stdin is not None
    process.stdin.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


@pytest.mark.parametrize(("version", "as_text"), [("2025-03-26", True), ("2025-06-18", False)])
def test_a_client_older_than_structured_content_gets_it_as_text(
    server: str, tmp_path: Path, version: str, as_text: bool
) -> None:
    process = bridge(tmp_path, server)
    tell(process, {"id": 1, "method": "initialize", "params": {**HELLO, "protocolVersion": version}})
    tell(process, {"method": "notifications/initialized"})
    assert process.stdout is not None
    process.stdout.readline()
    tell(process, {"id": 2, "method": "tools/call", "params": {"name": "list_tasks", "arguments": {}}})
    result = json.loads(process.stdout.readline())["result"]
    texts = [block["text"] for block in result["content"]]
    assert (json.dumps(result["structuredContent"]) in texts) is as_text
    process.communicate()


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [("a-key-that-nobody-has", 5, b"does not take this key (401)"), ("", 5, b"No key")],
)
def test_a_key_that_will_not_do_is_said_in_a_sentence(
    server: str, tmp_path: Path, key: str, code: int, said: bytes
) -> None:
    process = bridge(tmp_path, server, key)
    _, wrong = process.communicate()
    assert process.returncode == code
    assert said in wrong
    assert len(wrong.splitlines()) == 1


@pytest.mark.parametrize("status", [302, 429, 502, 503])
def test_what_a_proxy_answers_in_between_is_no_fault_of_the_key(
    pta: Pta, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_request(self, code: object = "-", size: object = "-") -> None: ...

    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        url = f"http://127.0.0.1:{proxy.server_port}"
        monkeypatch.setenv("TASK_TRACKER_URL", url)
        answering = threading.Thread(target=proxy.handle_request)
        answering.start()
        told = pta("mcp")
        answering.join()
    assert (told.code, told.wrong) == (4, f"{url} answers with {status}; try again.\n")


async def test_a_server_that_comes_back_is_found_again_and_meanwhile_the_agent_is_told(
    tmp_path: Path,
) -> None:
    with served(OWNER_KEY) as url:
        environ = {**os.environ, "TASK_TRACKER_URL": url, "TASK_TRACKER_API_KEY": OWNER_KEY}
        command, *words = TOGETHER_COMMAND
        started = StdioServerParameters(command=command, args=[*words, "mcp"], env=environ, cwd=tmp_path)
        holding = Client(started)
        client = await holding.__aenter__()
        first = await client.call_tool("list_tasks", {})
    away = await client.call_tool("list_tasks", {})
    with served(OWNER_KEY, int(url.rsplit(":", 1)[1])):
        again = await client.call_tool("list_tasks", {})
        unknown = await client.call_tool("no_such_tool", {})
        with pytest.raises(MCPError, match="There is no resource"):
            await client.read_resource("task://nothing")
    await holding.__aexit__(None, None, None)
    assert first.structured_content == again.structured_content == {"tasks": []}
    assert away.is_error
    assert "unreachable: No answer from" in str(away.content)
    assert "unknown_tool" in str(unknown.content)
