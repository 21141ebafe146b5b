"""The board around the tasks: events, keys, sources, the stop button."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from task_assistant.cli import fence, showing
from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, client, emit
from task_assistant.cli.terminal import clean, table
from task_assistant.client import each, run

if TYPE_CHECKING:
    from task_assistant.client.shapes import Key

keys = Area("Keys of agents, adapters and readers.", alone=True)


def events(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as they happen.")] = False,
    after: Annotated[
        int | None, typer.Option("--after", min=0, help="From this `seq` on; else the newest.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help="At most so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """What happened last, the newest at the end; as JSON one event a line."""
    talk = client()
    found, last = run(talk.latest(limit) if after is None else talk.events(after, limit))
    lines = chain(found, each(talk.follow(last)) if follow else ())
    if as_json:
        for event in lines:
            typer.echo(json.dumps(event, ensure_ascii=False))
        return
    with fence.for_role(run(talk.me())["role"]):
        for event in lines:
            showing.event(event)


@keys.callback(invoke_without_command=True)
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """All keys, without their secrets."""
    if context.invoked_subcommand is not None:
        return
    found = run(client().keys())
    emit(found, as_json, lambda: _print_keys(found))


def _print_keys(found: list[Key]) -> None:
    if not found:
        typer.echo("There are no keys yet: pta keys new NAME")
        return
    used = [showing.when(key["last_used_at"]) or "never used" for key in found]
    table(
        [[(key["id"], "dim"), (key["role"], ""), (key["name"], "bold"), (last, "dim")]
         for key, last in zip(found, used, strict=True)],
        wide=2,
    )  # fmt: skip


@keys.command("new")
def new_key(
    name: Annotated[str, typer.Argument(help="Who gets it, such as claude-laptop.")],
    role: Annotated[str, typer.Option("--role", help="agent, adapter, reader or owner.")] = "agent",
    label: Annotated[list[str] | None, typer.Option("--label", help="Only tasks with these labels.")] = None,
    origin: Annotated[list[str] | None, typer.Option("--origin", help="Only tasks of these origins.")] = None,
    may_assign: Annotated[bool, typer.Option("--may-assign", help="Its tasks need no triage.")] = False,
    may_triage: Annotated[bool, typer.Option("--may-triage", help="It may propose owners.")] = False,
    may_relay: Annotated[
        bool, typer.Option("--may-relay", help="An adapter may show you buttons and relay your choice.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """A new key. Its secret is shown this once."""
    limits = {
        "labels": label,
        "origins": origin,
        "may_assign": may_assign or None,
        "may_triage": may_triage or None,
        "may_relay": may_relay or None,
    }
    made = run(client().create_key(role, name, **limits))
    emit(made, as_json, lambda: typer.echo(made["key"]))


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `pta keys` lists it.")],
    as_json: AsJson = False,
) -> None:
    """End a key at once."""
    run(client().revoke_key(key_id))
    emit({"revoked": key_id}, as_json, lambda: typer.echo(f"Revoked {key_id}."))


def sources(as_json: AsJson = False) -> None:
    """Where tasks come from and whether that works, the worst first."""
    found = run(client().sources())

    def shown() -> None:
        for source in found:
            state = "stale" if source["stale"] else source["status"]
            last = showing.when(source["last_success_at"]) or "never"
            typer.echo(f"{state:16} {clean(source['source_name']):32} last success {last}")
            if source["error_message"]:
                typer.echo(f"  {clean(source['error_message'])}")
        if not found:
            typer.echo("No source has reported yet.")

    emit(found, as_json, shown)


def pause(
    name: Annotated[str | None, typer.Argument(help="This agent; else all.")] = None, as_json: AsJson = False
) -> None:
    """Stop all agents, or one: claims are refused and holders told to stop."""
    _stopped(run(client().pause(name)), as_json)


def resume(
    name: Annotated[str | None, typer.Argument(help="This agent; else all.")] = None, as_json: AsJson = False
) -> None:
    """Let agents go on."""
    _stopped(run(client().resume(name)), as_json)


def _stopped(paused: list[str], as_json: bool) -> None:
    words = ", ".join(paused) or "nobody"
    emit({"paused": paused}, as_json, lambda: typer.echo(f"Paused: {words}"))
