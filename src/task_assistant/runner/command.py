"""`pta work`: the command line of the runner."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from task_assistant.runner.plan import Limits, Plan, default_folder
from task_assistant.runner.presets import PRESETS


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no amount, such as 2.50") from None


def work(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="It reads the task on stdin.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help=f"Instead of a command: {', '.join(PRESETS)}.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="One task, then end: with 3 when there is none, 6 when it failed.")
    ] = False,
    parallel: Annotated[int, typer.Option("--parallel", min=1, max=64, help="So many tasks at a time.")] = 1,
    worktree: Annotated[
        Path | None,
        typer.Option("--worktree", exists=True, file_okay=False, help="A git working tree per attempt."),
    ] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="Where attempts and logs are kept.")] = None,
    label: Annotated[
        list[str] | None, typer.Option("--label", help="Only tasks with one of these labels.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--prompt", exists=True, dir_okay=False, help="A template of your own.")
    ] = None,
    pass_env: Annotated[
        list[str] | None, typer.Option("--pass-env", help="A variable for the command.")
    ] = None,
    lease: Annotated[int, typer.Option("--lease", min=30, max=86_400, help="Seconds of a lease.")] = 1_800,
    time_limit: Annotated[float, typer.Option("--time-limit", min=1, help="Seconds of one attempt.")] = 3_600,
    output_limit: Annotated[
        int, typer.Option("--output-limit", min=1, help="Bytes of output of one attempt.")
    ] = 20_000_000,
    max_tasks: Annotated[
        int | None, typer.Option("--max-tasks", min=1, help="Stop claiming after so many.")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option("--max-tokens", min=1, help="As the command reports them.")
    ] = None,
    max_cost: Annotated[
        Decimal | None, typer.Option("--max-cost", parser=_money, help="As reported.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Say what happens as JSON, one object a line.")
    ] = False,
) -> None:
    """Claim tasks and let a command do them: `pta work -- ./agent.sh`, or `pta work --preset codex`.

    The command reads the task on standard input and works in a folder of its own; it sees PTA_TASK_ID, PTA_FOLDER and a
    key that can touch only this task. Ending with 0 hands its output back for review; docs/agents.md says the rest.
    """
    around = dict(os.environ)
    chosen = _chosen(tuple(command or ()), preset)
    plan = Plan(
        command=chosen,
        folder=(folder or default_folder(around)).absolute(),
        limits=Limits(time_limit, output_limit, max_tasks, max_tokens, max_cost),
        parallel=parallel,
        once=once,
        lease_seconds=lease,
        labels=tuple(label or ()),
        worktree=_repository(worktree) if worktree else None,
        template=template.read_text("utf-8") if template else None,
        passed=(*(pass_env or ()), *(PRESETS[preset].passed if preset else ())),
        environ=around,
    )
    raise typer.Exit(_run(plan, _saying(as_json)))


def _chosen(command: tuple[str, ...], preset: str | None) -> tuple[str, ...]:
    if bool(command) == bool(preset):
        raise typer.BadParameter("give a command after --, or a --preset, and not both")
    if preset is not None:
        if preset not in PRESETS:
            raise typer.BadParameter(f"there is no preset {preset!r}; there are {', '.join(PRESETS)}")
        command = PRESETS[preset].command
    found = shutil.which(command[0])
    if found is None:  # said before anything is claimed: each task would count a failed attempt
        raise typer.BadParameter(f"there is no command {command[0]!r} here; is it installed, and executable?")
    # A relative command is meant from here, not from the attempt's folder.
    return (str(Path(found).absolute()), *command[1:])


def _repository(folder: Path) -> Path:
    try:
        done = subprocess.run(
            ("git", "-C", str(folder), "rev-parse", "--show-toplevel"),
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise typer.BadParameter(f"{folder} is no git repository") from None
    return Path(done.stdout.strip())


def _saying(as_json: bool) -> Callable[[str], None]:
    """Where the runner says what happens: for people on standard error, for programs on standard output."""
    if as_json:
        return lambda words: typer.echo(json.dumps({"said": words}, ensure_ascii=False))
    return lambda words: typer.echo(words, err=True)


def _run(plan: Plan, say: Callable[[str], None]) -> int:
    # Imported late: every other command would wait for it.
    import asyncio

    from task_assistant.client import Client
    from task_assistant.runner.loop import End, Runner

    async def running() -> End:
        async with Client(program="pta") as client:
            await client.me()
            say(f"Working for {client.url} in {plan.folder}. Ctrl-C gives running tasks back.")
            return await Runner(client, plan, say).run()

    end = asyncio.run(running())
    if end is End.NOTHING:
        say("Nothing to do.")
    return end
