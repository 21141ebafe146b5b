"""`pta calendar`: the address under which calendar programs read deadlines and reminders."""

from __future__ import annotations

from typing import Annotated

import typer

from task_assistant.cli import showing
from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, client, emit
from task_assistant.client import run

calendar = Area("Deadlines and reminders in your calendar.", alone=True)


@calendar.callback(invoke_without_command=True)
def show_calendar(context: typer.Context, as_json: AsJson = False) -> None:
    """Whether there is a calendar address, and since when."""
    if context.invoked_subcommand is not None:
        return
    found = run(client().calendar())
    since = showing.when(found["created_at"])
    said = f"There is a calendar address since {since}." if since else "There is none yet: pta calendar new"
    emit(found, as_json, lambda: typer.echo(said))


@calendar.command("new")
def new_calendar(
    estimates: Annotated[
        bool, typer.Option("--estimates", help="Also show due times that the server estimated.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make an address and print it, this once; an older one ends. Whoever has it can read your calendar."""
    made = run(client().create_calendar())
    if estimates:
        made["url"] = f"{made['url']}&estimates=true"
    emit(made, as_json, lambda: typer.echo(made["url"]))


@calendar.command("revoke")
def revoke_calendar(as_json: AsJson = False) -> None:
    """End the address at once."""
    run(client().revoke_calendar())
    emit({"revoked": True}, as_json, lambda: typer.echo("The calendar address is no longer good."))
