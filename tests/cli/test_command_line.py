"""`pta` as a program: what it costs to start, how it ends, what it prints for people and for programs."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from task_assistant.bootstrap.command_line import panels
from task_assistant.cli.commands import SENTENCE
from task_assistant.cli.main import make_app
from task_assistant.cli.terminal import clean, line
from tests.cli.conftest import OWNER_KEY, TOGETHER, Pta

ESCAPE = "\x1b"
# Those that print no answer: `mcp` speaks its protocol, `serve` its log, `adapter` and `db` only group others.
SPEAKS_OTHERWISE = {"adapter", "db", "mcp", "serve", "service", "webhooks"}


def commands() -> dict[str, Any]:
    """Every command with its path."""
    root: Any = make_app(panels())
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


# What is installed besides Python and is imported all the same: Typer and its own, and how this package is found.
QUICK = {"typer", "annotated_doc", "shellingham", "task_assistant"}
NOT_FOR_HELP = {
    "asyncio",
    "email",
    "hashlib",
    "http",
    "logging",
    "socket",
    "sqlite3",
    "ssl",
    "xml",
    "zoneinfo",
}
NOT_FOR_NEXT = {"asyncio", "hashlib", "logging", "sqlite3", "xml", "zoneinfo"}


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        ("--help", NOT_FOR_HELP),
        ("next", NOT_FOR_NEXT),
        ("next --json", NOT_FOR_NEXT),
        ("ls --lane human", NOT_FOR_NEXT),
        ("show #1", NOT_FOR_NEXT),
    ],
)
def test_a_command_imports_nothing_slow_that_it_does_not_need(
    words: str, unwanted: set[str], server: str, tmp_path: Path
) -> None:
    check = "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    environ = {**os.environ, "TASK_TRACKER_URL": server, "TASK_TRACKER_API_KEY": OWNER_KEY}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; before = set(sys.modules); {TOGETHER}; {check}", *words.split()],
        env=environ, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported = set(done.stdout.splitlines()[-1].split())
    assert imported & unwanted == set()
    assert imported - sys.stdlib_module_names <= QUICK


def test_a_command_is_imported_and_built_only_when_it_is_called(tmp_path: Path) -> None:
    """Those of the others would be a second of every agent's minute."""
    loaded = (
        "[name for name in sys.modules if name.startswith(('task_assistant.cli.', 'task_assistant.runner'))]"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{TOGETHER}; print(sorted({loaded}))", "progress", "--help"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = ("commands", "fence", "frame", "held", "main", "showing", "terminal", "working")
    assert done.stdout.splitlines()[-1] == str([f"task_assistant.cli.{name}" for name in names])


def test_help_lists_every_command_with_its_own_first_sentence(pta: Pta) -> None:
    folded = " ".join(pta("--help").out.split())
    for name, command in commands().items():
        if " " not in name:
            assert f"{name} {command.get_short_help_str(SENTENCE)}" in folded
    assert pta().out == pta("--help").out
    assert pta().code == 0


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
    assert json.loads(pta("ls", "--json").wrong)["error"]["code"] == "unreachable"
    assert pta("open").code == 4


def test_a_port_that_is_taken_is_said_in_a_sentence(pta: Pta) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = pta("serve", "--port", str(taken.getsockname()[1]))
    assert told.code == 1
    assert "Does the server run already?" in told.wrong


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


def test_piped_output_is_whole_lines_without_codes(pta: Pta) -> None:
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
    title = clean(HOSTILE[:200]).strip()
    row = next(row for row in pta("ls").out.splitlines() if row.startswith(f"#{task}\t"))
    assert row.split("\t")[1:4] == ["P3", line(title), "triage"]
    assert f"#{task} {title}" in pta("show", task).out.splitlines()


def test_a_terminal_of_80_columns_is_not_overrun(pta: Pta, monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    task = str(pta.json("add", "--description", HOSTILE, HOSTILE[:200])["id"])
    monkeypatch.setenv("FORCE_COLOR", "1")
    for words in (["ls"], ["show", task], ["show", task, "--history"], ["search", "markup"], ["next"]):
        shown = re.sub(r"\x1b\[[\d;]*m", "", pta(*words).out)
        assert ESCAPE not in shown
        assert all(cell_len(row.rstrip()) <= 80 for row in shown.splitlines()), words


def test_a_terminal_is_coloured_in_what_dark_and_light_ones_show_well(
    pta: Pta, monkeypatch: pytest.MonkeyPatch
) -> None:
    for captured in ("Call Bob !1 @me", "Draft it @agent", "Look at it"):
        pta("add", captured)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    codes = {code for found in re.findall(r"\x1b\[([\d;]*)m", pta("ls").out) for code in found.split(";")}
    bold, dim, red, magenta, nothing = "1", "2", "31", "35", "0"
    assert red in codes
    assert codes <= {bold, dim, red, magenta, nothing}
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("FORCE_COLOR")
    assert ESCAPE not in pta("ls").out
