"""The tokens of the claims made here, so that `pta submit 42 …` needs none: private files of this user."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from task_assistant.client import Client

TOKEN = "PTA_CLAIM_TOKEN"  # noqa: S105 -- the name of a variable


def token(talk: Client, task: int) -> str:
    """The token of this task's claim: of the environment, else of the claim made here. Raises BadParameter."""
    if given := os.environ.get(TOKEN):
        return given
    try:
        return _file(talk, task).read_text("ascii").strip()
    except FileNotFoundError:
        raise typer.BadParameter(
            f"#{task} was not claimed here: run `pta claim {task}`, or set {TOKEN}"
        ) from None


def keep(talk: Client, task: int, secret: str) -> None:
    """Keeps the token until the claim ends."""
    path = _file(talk, task)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(secret)


def forget(talk: Client, task: int) -> None:
    """The claim has ended."""
    _file(talk, task).unlink(missing_ok=True)


def _file(talk: Client, task: int) -> Path:
    """A file for each server, key and task: two agents of one user do not find each other's tokens."""
    import hashlib  # late: it loads OpenSSL

    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = hashlib.sha256(f"{talk.url} {talk.fingerprint} {task}".encode()).hexdigest()[:32]
    return Path(home) / "personal-task-assistant" / "claims" / name
