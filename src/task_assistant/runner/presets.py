"""Ready command lines for known coding agents, each in its own sandbox and asking for no more than it needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A command that reads its prompt from standard input, and the variables that it needs to sign in."""

    command: tuple[str, ...]
    passed: tuple[str, ...] = ()


# Both may edit within the attempt's folder. None of their flags that switch permissions or the sandbox off is used.
PRESETS = {
    "codex": Preset(
        ("codex", "exec", "--sandbox", "workspace-write", "--skip-git-repo-check", "-"),
        ("OPENAI_API_KEY", "CODEX_API_KEY", "CODEX_HOME"),
    ),
    "claude": Preset(
        ("claude", "-p", "--permission-mode", "acceptEdits"),
        ("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"),
    ),
}
