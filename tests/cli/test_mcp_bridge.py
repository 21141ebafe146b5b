"""`pta mcp` as a process: how it begins and ends. What it answers is told by tests/stories."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import OWNER_KEY, TOGETHER_COMMAND

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


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [("a-key-that-nobody-has", 4, b"does not take this key (401)"), ("", 5, b"No key")],
)
def test_a_key_that_will_not_do_is_said_in_a_sentence(
    server: str, tmp_path: Path, key: str, code: int, said: bytes
) -> None:
    process = bridge(tmp_path, server, key)
    _, wrong = process.communicate()
    assert process.returncode == code
    assert said in wrong
    assert len(wrong.splitlines()) == 1
