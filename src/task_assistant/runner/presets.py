"""Ready command lines for known coding agents, each in its own sandbox and asking for no more than it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = "{folder}"


@dataclass(frozen=True, slots=True)
class Preset:
    """A command that reads its prompt from standard input, and the variables that it needs to sign in.

    `{folder}` in a word stands for the attempt's folder, where the outcome is written: with `--worktree` the command
    works elsewhere.
    """

    command: tuple[str, ...]
    passed: tuple[str, ...] = ()


def placed(command: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """The command of a preset for one attempt."""
    return tuple(str(folder) if word == FOLDER else word for word in command)


# Both may edit within the attempt's folder. None of their flags that switch permissions or the sandbox off is used.
PRESETS = {
    "codex": Preset(
        ("codex", "exec", "--sandbox", "workspace-write", "--add-dir", FOLDER, "--skip-git-repo-check", "-"),
        ("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_HOME"),
    ),
    "claude": Preset(
        ("claude", "-p", "--permission-mode", "acceptEdits", "--add-dir", FOLDER),
        ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"),
    ),
}
