"""`pta` at a real terminal: single keys, without Enter."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from task_assistant.client import Client, run
from tests.cli.conftest import OWNER_KEY, TOGETHER_COMMAND


def read_until(terminal: int, words: str) -> str:
    """What the terminal shows until these words stand there."""
    shown = ""
    while words not in shown:
        shown += os.read(terminal, 4_096).decode("utf-8", "replace")
    return shown


def test_one_key_without_enter_decides_and_the_terminal_is_as_before(server: str, tmp_path: Path) -> None:
    owner = Client.plain(server, OWNER_KEY)
    for task in run(owner.tasks(lane="triage", limit=500)):
        run(owner.verb(task["id"], "cancel"))
    made = run(owner.create(title="Call Bob"))
    environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environ |= {
        "TASK_TRACKER_URL": server,
        "TASK_TRACKER_API_KEY": OWNER_KEY,
        "COLUMNS": "80",
        "TERM": "xterm",
    }
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*TOGETHER_COMMAND, "triage"], env=environ, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
    )
    try:
        assert "\x1b[1mCall Bob" in read_until(ours, "[q]uit > ")
        os.write(ours, b"m")
        assert process.wait(60) == 0
    finally:
        process.kill()
        os.close(theirs)
        os.close(ours)
    assert run(owner.task(made["id"]))["lane"] == "human"
    run(owner.close())
