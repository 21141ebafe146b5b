"""All commands of `pta` that speak to a server, under their names. Each is imported only when it is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

import typer

from task_assistant.cli.commands import Command, Group

HELP = """The delegation layer between you and your AI agents: what needs you, and what agents can take.

The server is the one that TASK_TRACKER_URL names, else the one of the file .env here; TASK_TRACKER_API_KEY is the key.
Ends with 0 when done, 1 when refused, 2 when not understood, 3 when there is nothing to do, 4 when the server does not
answer, 5 when the key is missing or may not."""

Panels = Mapping[str, Mapping[str, str]]
# The commands of each panel of the help, and where each is.
PANELS: Panels = {
    "For you": {
        "next": "cli.reading:next_", "add": "cli.deciding:add", "ls": "cli.reading:ls", "show": "cli.reading:show",
        "search": "cli.reading:search", "triage": "cli.inbox:triage", "review": "cli.inbox:review",
        "answer": "cli.deciding:answer", "approve": "cli.deciding:approve", "send-back": "cli.deciding:send_back",
        "assign": "cli.deciding:assign", "prio": "cli.deciding:prio", "defer": "cli.deciding:defer",
        "block": "cli.deciding:block", "comment": "cli.deciding:comment", "done": "cli.deciding:done",
        "cancel": "cli.deciding:cancel", "reopen": "cli.deciding:reopen", "undo": "cli.deciding:undo",
    },
    "For agents": {
        "claim": "cli.working:claim", "progress": "cli.working:progress", "ask": "cli.working:ask",
        "submit": "cli.working:submit", "release": "cli.working:release", "mcp": "cli.mcp:mcp",
    },
    "The board": {
        "events": "cli.board:events", "calendar": "cli.calendar:calendar", "insights": "cli.insights:insights",
        "sources": "cli.board:sources", "pause": "cli.board:pause", "resume": "cli.board:resume",
        "keys": "cli.board:keys", "remind": "cli.notifying:remind", "digest": "cli.notifying:digest",
        "webhooks": "cli.webhooks:webhooks", "export": "cli.moving:export", "import": "cli.moving:import_",
    },
}  # fmt: skip


def make_app(panels: Panels, words: Sequence[str] = ()) -> typer.Typer:
    """The app for a command line: the one command that `words` begin with, or all when they name none.

    What is not wanted is not imported, and the options of the shell's completion, which take the longest, belong to
    `pta` alone: that is what keeps `pta next` quick.
    """
    everything = {name: where for commands in panels.values() for name, where in commands.items()}
    wanted = words[0] if words and words[0] in everything else None
    app = typer.Typer(
        cls=Group,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        add_completion=wanted is None,
    )
    app.callback(help=HELP)(_nothing)
    for panel, commands in panels.items():
        for name, where in commands.items():
            if wanted in (name, None):
                _add(app, name, where, panel)
    return app


def _nothing() -> None:
    """Keeps the name of a single command on its command line."""


def _add(app: typer.Typer, name: str, where: str, panel: str) -> None:
    module, _, member = where.partition(":")
    found = getattr(import_module(f"task_assistant.{module}"), member)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name, rich_help_panel=panel)
    else:
        app.command(name, cls=Command, rich_help_panel=panel)(found)
