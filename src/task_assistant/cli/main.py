"""All commands of `pta` that speak to a server, under their names. Each is imported only when it is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import cleandoc
from typing import Any, cast

import typer

from task_assistant.cli.commands import SENTENCE, Command, Group, off

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


def make_app(panels: Panels) -> Everything:
    """`pta` with these commands."""
    app = typer.Typer(cls=Everything, invoke_without_command=True, rich_markup_mode=None)
    app.callback(help=HELP)(_alone)
    root = cast(Everything, typer.main.get_command(app))
    root.commands = Commands(panels)
    for flag in root.params:
        off(flag)
    return root


def _alone(context: typer.Context) -> None:
    """`pta` alone is a question, not a mistake."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


class Everything(Group):
    """`pta` itself. It lists its commands without building any."""

    commands: Commands  # type: ignore[assignment]  # Typer only reads it

    def list_commands(self, _: Any) -> list[str]:
        """Their names, in the order of the table."""
        return list(self.commands)

    def format_commands(self, _: Any, formatter: Any) -> None:
        """A section for each panel."""
        for panel, names in self.commands.panels.items():
            with formatter.section(panel):
                formatter.write_dl([(name, self.commands.sentence(name)) for name in names])


class Commands(Mapping[str, Any]):
    """The commands by name. Here is what makes `pta` quick: each is imported and built only when it is asked for.

    To build one takes Typer more than a millisecond, and what all of them import is a good part of the standard
    library; `pta next` is run too often to wait for the other fifty.
    """

    def __init__(self, panels: Panels) -> None:
        self.panels = panels
        self._where = {name: where for commands in panels.values() for name, where in commands.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)

    def __getitem__(self, name: str) -> Any:
        found, app = self._found(name), typer.Typer(rich_markup_mode=None)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, cls=Command)(found)
        return typer.main.get_group(app).commands[name]

    def sentence(self, name: str) -> str:
        """The first sentence of what a command says of itself."""
        found = self._found(name)
        said = found.info.help if isinstance(found, typer.Typer) else found.__doc__
        return Command(name, help=cleandoc(said or "")).get_short_help_str(SENTENCE)

    def _found(self, name: str) -> Any:
        module, _, member = self._where[name].partition(":")
        return getattr(import_module(f"task_assistant.{module}"), member)
