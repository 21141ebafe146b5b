"""`pta service install|remove`: the app starts with this computer's user and again when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from task_assistant.bootstrap.service_unit import Service, service
from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, emit

app = Area("The server as a service of this user (systemd, launchd).")
Show = Annotated[bool, typer.Option("--show", help="Only say what would be written and run.")]


def _here() -> Service:
    program = Path(sys.executable).with_name("pta")
    try:
        return service(Path.cwd(), program, Path.home(), os.environ)
    except ValueError as problem:
        typer.echo(f"{problem}.", err=True)
        raise typer.Exit(1) from None


def _run(commands: Sequence[Sequence[str]]) -> None:
    """Runs each. What cannot be run or fails is one sentence and exit code 1."""
    for command in commands:
        words = " ".join(command)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # named above
        except OSError as problem:
            typer.echo(f"`{words}` cannot be run: {problem.strerror}.", err=True)
            raise typer.Exit(1) from None
        if done.returncode:
            typer.echo(f"`{words}` failed: {(done.stderr or done.stdout).strip()}", err=True)
            raise typer.Exit(1)


def _tell(found: Service, commands: Sequence[Sequence[str]], words: str, as_json: bool) -> None:
    said = {"file": str(found.file), "commands": [list(command) for command in commands]}
    emit(said, as_json, lambda: typer.echo(words))


@app.command("install")
def install(show: Show = False, as_json: AsJson = False) -> None:
    """Write the service for the installation in this folder (its .env) and start it; again after an update."""
    found = _here()
    if show:
        plan = "\n".join(" ".join(command) for command in found.install)
        _tell(found, found.install, f"{found.file}:\n\n{found.text.decode()}\n{plan}", as_json)
        return
    found.file.parent.mkdir(parents=True, exist_ok=True)
    found.file.write_bytes(found.text)
    _run(found.install)
    _tell(found, found.install, f"It runs, and starts with you. The service is {found.file}.", as_json)


@app.command("remove")
def remove(show: Show = False, as_json: AsJson = False) -> None:
    """Stop the service and remove it. Tasks and settings stay."""
    found = _here()
    if show:
        plan = "\n".join(" ".join(command) for command in found.remove)
        _tell(found, found.remove, f"{plan}\nremove {found.file}", as_json)
        return
    if not found.file.exists():
        _tell(found, (), "There is no service of it here.", as_json)
        return
    _run(found.remove)
    found.file.unlink()
    _tell(found, found.remove, "It is stopped and removed. Tasks and settings are where they were.", as_json)
