"""Outbound webhooks from the terminal."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, client, emit
from task_assistant.client import run

webhooks = Area("Where events go: signed HTTP requests to your own servers.")
WebhookId = Annotated[str, typer.Argument(metavar="ID", help="As `pta webhooks list` shows it.")]


@webhooks.command("list")
def list_webhooks(as_json: AsJson = False) -> None:
    """All webhooks and how they do."""
    found = run(client().webhooks())
    emit(found, as_json, lambda: typer.echo("\n".join(map(_line, found)) or NONE))


NONE = "There are no webhooks yet: pta webhooks new URL"


def _line(hook: dict[str, Any]) -> str:
    state = f"off: {hook['disabled_why']}" if not hook["on"] else "failing" if hook["failing_since"] else "on"
    return f"{hook['id']}  {hook['url']}  {state}, {hook['pending']} on their way, {hook['dead']} given up"


@webhooks.command("new")
def new(
    url: Annotated[str, typer.Argument(help="Where to, such as https://example.org/hook.")],
    only: Annotated[list[str] | None, typer.Option("--only", help="An event type; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """A new webhook. Its signing secret is shown this once."""
    made = run(client().create_webhook(url, only or []))
    emit(made, as_json, lambda: typer.echo(made["secret"]))


@webhooks.command("remove")
def remove(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Remove one, with what waits for it."""
    run(client().remove_webhook(webhook_id))
    emit({"removed": webhook_id}, as_json, lambda: typer.echo("Removed."))


@webhooks.command("on")
def on(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Switch one on; it goes on where it was."""
    hook = run(client().switch_webhook(webhook_id, on=True))
    emit(hook, as_json, lambda: typer.echo(_line(hook)))


@webhooks.command("off")
def off(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Switch one off."""
    hook = run(client().switch_webhook(webhook_id, on=False))
    emit(hook, as_json, lambda: typer.echo(_line(hook)))


@webhooks.command("dead")
def dead(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """What one never took."""
    letters = run(client().dead_letters(webhook_id))
    lines = [f"{letter['event_id']}  {letter['attempts']} tries: {letter['why']}" for letter in letters]
    emit(letters, as_json, lambda: typer.echo("\n".join(lines) or "Nothing was given up."))


@webhooks.command("replay")
def replay(webhook_id: WebhookId, as_json: AsJson = False) -> None:
    """Send its dead letters again."""
    done = run(client().replay_dead_letters(webhook_id))
    emit(done, as_json, lambda: typer.echo(f"{done['replayed']} sent again."))
