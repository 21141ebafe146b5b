"""All commands of `pta` that speak to a server, under their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from task_assistant.cli import board, deciding, inbox, reading, working
from task_assistant.cli.mcp import mcp

HELP = """The delegation layer between you and your AI agents: what needs you, and what agents can take.

The server is the one that TASK_TRACKER_URL names, else the one of the file .env here; TASK_TRACKER_API_KEY is the key.
Ends with 0 when done, 1 when refused, 2 when not understood, 3 when there is nothing to do, 4 when the server does not
answer, 5 when the key is missing or may not."""

PERSON: dict[str, Callable[..., Any]] = {
    "next": reading.next_, "add": deciding.add, "ls": reading.ls, "show": reading.show, "search": reading.search,
    "triage": inbox.triage, "review": inbox.review, "answer": deciding.answer, "approve": deciding.approve,
    "send-back": deciding.send_back, "assign": deciding.assign, "prio": deciding.prio, "defer": deciding.defer,
    "block": deciding.block, "comment": deciding.comment, "done": deciding.done, "cancel": deciding.cancel,
    "reopen": deciding.reopen, "undo": deciding.undo,
}  # fmt: skip
AGENT: dict[str, Callable[..., Any]] = {
    "claim": working.claim, "progress": working.progress, "ask": working.ask, "submit": working.submit,
    "release": working.release, "mcp": mcp,
}  # fmt: skip
BOARD: dict[str, Callable[..., Any]] = {
    "events": board.events, "sources": board.sources, "pause": board.pause, "resume": board.resume,
}  # fmt: skip
PANELS = {"For you": PERSON, "For agents": AGENT, "The board": BOARD}


def make_app() -> typer.Typer:
    """The commands that need nothing but a server and a key."""
    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    for panel, commands in PANELS.items():
        for name, command in commands.items():
            app.command(name, rich_help_panel=panel)(command)
    app.add_typer(board.keys, name="keys", rich_help_panel="The board")
    return app
