"""`pta` as a program: what it costs to start, how it ends, what it prints for people and for programs."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from task_assistant.bootstrap.command_line import panels
from task_assistant.cli.main import make_app
from tests.cli.conftest import OWNER_KEY, TOGETHER, Pta

ESCAPE = "\x1b"
# Those that print no answer: `mcp` speaks its protocol, `serve` its log, `adapter` and `db` only group others.
SPEAKS_OTHERWISE = {"adapter", "db", "mcp", "serve", "service", "webhooks"}


def commands() -> dict[str, Any]:
    """Every command with its path."""
    root: Any = typer.main.get_command(make_app(panels()))
    found: dict[str, Any] = {}
    for name, command in root.commands.items():
        found[name] = command
        found |= {f"{name} {child}": each for child, each in getattr(command, "commands", {}).items()}
    return found


def test_every_command_answers_programs_too() -> None:
    without = {
        name
        for name, command in commands().items()
        if not any("--json" in param.opts for param in command.params)
    }
    assert without == SPEAKS_OTHERWISE


def test_the_one_command_of_a_command_line_is_built_as_all_of_them_are() -> None:
    for name in ("next", "keys"):
        root: Any = typer.main.get_command(make_app(panels(), [name]))
        assert list(root.commands) == [name]
        assert {p.name for p in root.commands[name].params} == {p.name for p in commands()[name].params}


def test_next_imports_nothing_that_is_slow_and_not_needed(server: str, tmp_path: Path) -> None:
    check = (
        "print(sorted({'pydantic', 'httpx2', 'mcp', 'fastapi', 'asyncio', 'sqlalchemy'} & set(sys.modules)))"
    )
    environ = {**os.environ, "TASK_TRACKER_URL": server, "TASK_TRACKER_API_KEY": OWNER_KEY}
    done = subprocess.run(
        [sys.executable, "-c", f"{TOGETHER}; {check}", "next"],
        env=environ, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_shell_completes_commands(tmp_path: Path) -> None:
    environ = {**os.environ, "_PTA_COMPLETE": "complete_bash", "COMP_WORDS": "pta re", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'pta'; " + TOGETHER],
        env=environ, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["review", "reopen", "release", "resume", "remind", "restore"]


def test_a_server_that_is_not_there_is_said_in_a_sentence(pta: Pta, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("TASK_TRACKER_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setattr("time.sleep", lambda _: None)
    told = pta("ls")
    assert told.code == 4
    assert told.wrong.splitlines() == [
        f"No answer from http://127.0.0.1:{port} (connection refused). Is the server running? "
        "Start it with `pta serve`, or set TASK_TRACKER_URL."
    ]


def test_exit_codes_tell_programs_what_happened(pta: Pta, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pta.json("add", "Write the notes")
    assert pta("show", str(made["id"])).code == 0
    assert pta("show", "999999").code == 1
    assert pta("prio", str(made["id"]), "9").code == 2
    assert pta("nonsense").code == 2
    assert pta("claim", "--label", "nobody-has-this").code == 3
    monkeypatch.setenv("TASK_TRACKER_API_KEY", "a-key-that-nobody-has")
    assert pta("ls").code == 5
    monkeypatch.delenv("TASK_TRACKER_API_KEY")
    told = pta("ls")
    assert told.code == 5
    assert "set TASK_TRACKER_API_KEY" in told.wrong


def test_a_refusal_names_what_is_wrong(pta: Pta) -> None:
    assert (
        pta("defer", "1", "someday")
        .wrong.splitlines()[-1]
        .startswith("Error: Invalid value: 'someday' is no date")
    )
    assert "'x' is no task number" in pta("show", "x").wrong
    assert pta("add", "!2").code == 2


HOSTILE = f"{ESCAPE}[2J{ESCAPE}]0;owned\x07 [bold]not markup[/] 漢字 " + "a very long title " * 8


def test_piped_output_has_no_codes_and_fits_80_columns(pta: Pta) -> None:
    from rich.cells import cell_len

    task = str(pta.json("add", "--description", HOSTILE, HOSTILE[:200])["id"])
    for words in (
        ["ls"],
        ["show", task],
        ["show", task, "--history"],
        ["search", "markup"],
        ["next"],
        ["keys"],
    ):
        out = pta(*words).out
        assert ESCAPE not in out
        assert "\x07" not in out
        assert all(cell_len(line.rstrip()) <= 80 for line in out.splitlines()), words
    assert "[bold]" in pta("ls").out


def test_a_terminal_is_coloured_in_what_dark_and_light_ones_show_well(
    pta: Pta, monkeypatch: pytest.MonkeyPatch
) -> None:
    for line in ("Call Bob !1 @me", "Draft it @agent", "Look at it"):
        pta("add", line)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    codes = {code for found in re.findall(r"\x1b\[([\d;]*)m", pta("ls").out) for code in found.split(";")}
    bold, dim, red, magenta, nothing = "1", "2", "31", "35", "0"
    assert red in codes
    assert codes <= {bold, dim, red, magenta, nothing}
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR")
    assert ESCAPE not in pta("ls").out
