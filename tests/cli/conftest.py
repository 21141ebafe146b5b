"""`pta` in this process against a real server in a thread of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from task_assistant.bootstrap.command_line import panels
from task_assistant.cli.frame import started
from task_assistant.cli.main import make_app
from tests.served import served

OWNER_KEY = "an-owner-key-for-the-command-line"
TOGETHER = "import sys; from task_assistant.bootstrap.command_line import main; code = main()"
TOGETHER_COMMAND = (sys.executable, "-c", f"{TOGETHER}; sys.exit(code)")


@dataclass
class Told:
    """What a command ended with and printed."""

    code: int
    out: str
    wrong: str

    @property
    def json(self) -> Any:
        """The answer of a command with `--json`."""
        return json.loads(self.out)


@dataclass
class Pta:
    """Types commands."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Told:
        """One command line, read as `main` reads it."""
        code = started(make_app(panels()), list(words))
        out, wrong = self.capture.readouterr()
        return Told(code, out, wrong)

    def json(self, *words: str) -> Any:
        """What a command answers to programs."""
        told = self(*words, "--json")
        assert told.code == 0, told.wrong
        return told.json


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server with an empty board."""
    with served(OWNER_KEY) as url:
        yield url


@pytest.fixture
def pta(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Pta:
    """The person's command line at 80 columns, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TASK_TRACKER_URL", server)
    monkeypatch.setenv("TASK_TRACKER_API_KEY", OWNER_KEY)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("FORCE_COLOR", "PTA_CLAIM_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Pta(capsys)
