"""Messages to you: send what is due, for cron, and the digest."""

from __future__ import annotations

from typing import Annotated

import typer

from task_assistant.cli.frame import AsJson, Exit, client, emit
from task_assistant.client import run


def remind(
    test: Annotated[bool, typer.Option("--test", help="Send a test message instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due by NOTIFY_URLS; a running server does this every minute by itself."""
    done = run(client().notify(test=test))
    failed = "".join(f"\nNot taken by {target}" for target in done["failed"])
    count = done["messages"]
    emit(
        done,
        as_json,
        lambda: typer.echo(f"{count or 'No'} {'message' if count == 1 else 'messages'} sent.{failed}"),
    )
    if done["failed"]:
        raise typer.Exit(Exit.REFUSED)


def digest(
    html: Annotated[bool, typer.Option("--html", help="As HTML for a mail, instead of Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """What needs you and what agents do, as Markdown or HTML."""
    made = run(client().digest())
    emit(made, as_json, lambda: typer.echo(made["html" if html else "markdown"], nl=False))
