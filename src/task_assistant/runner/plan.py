"""What one run of `pta work` was told."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """When an attempt is stopped, and when the runner stops claiming. None means no limit.

    `seconds` and `output` (bytes) are of one attempt; the others are of the whole run, tokens and cost as reported.
    """

    seconds: float = 3_600.0
    output: int = 20_000_000
    tasks: int | None = None
    tokens: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The command and how to run it.

    `template` is the text of the prompt (None: the built-in one), `worktree` a git repository of which each attempt
    gets a working tree of its own, `passed` the names of variables that the command may see besides the usual ones.
    `grace` is what a stopped command has to end, `beat` what lies between two heartbeats at most, both in seconds.
    """

    command: tuple[str, ...]
    folder: Path
    limits: Limits = Limits()
    parallel: int = 1
    once: bool = False
    lease_seconds: int = 1_800
    labels: tuple[str, ...] = ()
    worktree: Path | None = None
    template: str | None = None
    passed: tuple[str, ...] = ()
    grace: float = 10.0
    beat: float = 20.0
    environ: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)


def default_folder(environ: dict[str, str]) -> Path:
    """Where attempts are kept unless told otherwise."""
    home = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "personal-task-assistant" / "work"
