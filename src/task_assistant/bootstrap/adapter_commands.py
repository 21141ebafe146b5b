"""`pta adapter`: begin an adapter, and hold one to the contract on a scratch server in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, emit

adapter = Area("Write adapters, and hold them to the contract.")


@adapter.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Such as basecamp; the file will be NAME.py.")],
    directory: Annotated[Path, typer.Option("--in", help="Where to write it.")] = Path("adapters"),
    as_json: AsJson = False,
) -> None:
    """Write a working adapter with its example payloads, to change into yours."""
    from task_assistant.client.adapters import skeleton

    try:
        files = skeleton.write(name, directory)
    except skeleton.Refused as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None
    check_it = f"Check it: pta adapter check {files[0]}"
    emit([str(f) for f in files], as_json, lambda: typer.echo("\n".join([*map(str, files), "", check_it])))


@adapter.command("check")
def check(
    file: Annotated[
        Path, typer.Argument(help="The adapter's file; its payloads are in fixtures/ beside it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Hold an adapter to the contract. Nothing leaves this computer, and no real key or secret is used."""
    # Imported late: every other command would wait for the whole server to be imported.
    import logging

    from task_assistant.bootstrap.scratch import scratch_server
    from task_assistant.client.adapters.contract import hold
    from task_assistant.client.adapters.contract.examples import NotCheckable, load_adapter, load_examples

    try:
        kind = load_adapter(file)
        examples = load_examples(file.parent / "fixtures" / file.stem)
    except NotCheckable as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(2) from None
    logging.getLogger("pta.adapter").addHandler(logging.NullHandler())
    with scratch_server() as server:
        verdicts = hold(kind, examples, server.url, server.owner_key)
    words = {True: "held", False: "BROKEN", None: "does not concern it"}
    lines = [f"{v.case:32} {words[v.held]}{': ' if v.why else ''}{v.why}" for v in verdicts]
    told = [{"case": v.case, "held": v.held, "why": v.why} for v in verdicts]
    emit(told, as_json, lambda: typer.echo("\n".join(lines)))
    raise typer.Exit(1 if any(v.held is False for v in verdicts) else 0)
