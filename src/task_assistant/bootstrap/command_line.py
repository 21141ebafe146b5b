"""`pta`: the commands that speak to a server, and the few that are about the server on this computer."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from task_assistant.cli.frame import AsJson, client, emit, started
from task_assistant.cli.main import PANELS, Panels, make_app
from task_assistant.client import run

HERE = {
    "serve": "bootstrap.command_line:serve", "open": "bootstrap.command_line:open_",
    "doctor": "bootstrap.command_line:doctor", "backup": "bootstrap.moving_commands:backup",
    "restore": "bootstrap.moving_commands:restore", "db": "bootstrap.moving_commands:db",
    "adapter": "bootstrap.adapter_commands:adapter",
    "service": "bootstrap.service_commands:app",
}  # fmt: skip
LAST_ANSWERS_SECONDS = 8  # what is under way when told to stop; platforms kill after 10 s


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", help="Instead of PORT.")] = None,
) -> None:
    """Run the server."""
    # Imported late: every other command would wait for the whole server to be imported.
    import uvicorn

    from task_assistant.bootstrap.settings import SettingsRefused, load_settings

    try:
        settings = load_settings()
    except SettingsRefused as problem:
        typer.echo(f"Personal Task Assistant cannot start: {problem}", err=True)
        raise typer.Exit(1) from None
    port = port or settings.port
    _check_free(host, port)
    uvicorn.run(
        "task_assistant.bootstrap.app:app_from_environment",
        factory=True,
        host=host,
        port=port,
        log_level="info",
        proxy_headers=False,  # TRUSTED_PROXIES says whom to believe
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )


def _check_free(host: str, port: int) -> None:
    """Said in a sentence, before the database is opened: most often the server runs already."""
    import socket

    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as problem:
        why = (problem.strerror or "").partition(" (")[0]
        typer.echo(f"Cannot listen on {host}:{port}: {why}. Does the server run already?", err=True)
        typer.echo("Another port: pta serve --port N", err=True)
        raise typer.Exit(1) from None


def doctor(as_json: AsJson = False) -> None:
    """Check configuration, store, keys, port and clock, and say how to mend what is wrong."""
    from task_assistant.bootstrap.doctor import examine

    findings = examine()
    emit(
        [{"check": f.check, "ok": f.ok, "found": f.found, "mend": f.mend} for f in findings],
        as_json,
        lambda: typer.echo("\n".join(map(str, findings))),
    )
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def open_(
    task: Annotated[
        int | None, typer.Argument(metavar="TASK", help="This task; else what needs you.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open the board in the browser, signed in by a one-use link where LOCAL_SIGN_IN=link."""
    from task_assistant.bootstrap.opening import address

    talk = client()
    run(talk.alive())
    url = address(talk.url, f"/tasks/{task}" if task is not None else "/")
    emit({"url": url}, as_json, lambda: typer.echo("Opening the browser."))
    if not as_json:
        typer.launch(url)


def panels() -> Panels:
    """Every command of `pta`: those of the command line, and those that need more than a server and a key."""
    return {
        **PANELS,
        "For agents": {**PANELS["For agents"], "work": "runner.command:work"},
        "This computer": HERE,
    }


def main() -> int:
    """The entry point; the exit code."""
    return started(make_app(panels()), sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
