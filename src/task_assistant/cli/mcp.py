"""`pta mcp`: the server's MCP tools on standard input and output, for clients that start their servers themselves.

It keeps nothing: each request goes to `/mcp` of the server with the key of the environment, and its answer comes back.
A server that is restarted meanwhile is found again.
"""

from __future__ import annotations

import os
import sys

import typer

from task_assistant.cli.frame import PROGRAM, Exit
from task_assistant.client import whereabouts


def mcp() -> None:
    """Serve the MCP tools on standard input and output; the key and the address are those of every command."""
    # Imported late: the SDK takes its time, and no other command needs it.
    import asyncio

    found = whereabouts.find()
    if found.key is None:
        typer.echo("No key: set TASK_TRACKER_API_KEY to an agent's key (pta keys new NAME).", err=True)
        raise typer.Exit(Exit.NOT_ALLOWED)
    try:
        problem = asyncio.run(_bridge(found.url, found.key))
    except* BrokenPipeError:  # the client went away while it was answered
        problem = None
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if problem is not None:
        typer.echo(problem[0], err=True)
        raise typer.Exit(problem[1])


async def _bridge(url: str, key: str) -> tuple[str, Exit] | None:
    """Serves until standard input ends; a sentence and the exit code when the server cannot be spoken to."""
    import httpx2
    from mcp.server.stdio import stdio_server

    from task_assistant.cli.forwarding import Away, Upstream, forwarding

    headers = {"Authorization": f"Bearer {key}", "User-Agent": PROGRAM}
    timeout = httpx2.Timeout(30.0, read=120.0)
    async with httpx2.AsyncClient(headers=headers, timeout=timeout, trust_env=False) as http:
        try:
            answer = await http.get(f"{url}/api/me")
            if answer.status_code in (401, 403):
                said = f"{url} does not take this key ({answer.status_code})."
                return f"{said} Make one with `pta keys new NAME`.", Exit.NOT_ALLOWED
            if not answer.is_success:
                return f"{url} answers with {answer.status_code}; try again.", Exit.UNREACHABLE
            server = await forwarding(Upstream(f"{url}/mcp", http))
        except (httpx2.TransportError, Away) as problem:
            said = f"No answer from {url} ({type(problem).__name__})."
            return f"{said} Start the server with `pta serve`.", Exit.UNREACHABLE
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
    return None
