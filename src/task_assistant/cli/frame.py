"""What all commands share: the client, what is printed, and how a refusal becomes an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Any

import typer

from task_assistant.client import Client, Problem, Unreachable, run
from task_assistant.client.problems import Forbidden, Invalid, NoKey, NothingToClaim, Unauthorised

PROGRAM = "pta"
_opened: list[Client] = []  # by the command line that runs; closed at its end


class Exit(IntEnum):
    """How a command ends; 2 is a command line that is not understood."""

    REFUSED = 1
    NOTHING = 3
    UNREACHABLE = 4
    NOT_ALLOWED = 5


def _task_id(text: str) -> int:
    try:
        return int(text.removeprefix("#"))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no task number, such as 42 or #42") from None


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
TaskId = Annotated[int, typer.Argument(metavar="TASK", help="The task's number.", parser=_task_id)]


def client() -> Client:
    """The server that the environment or `.env` names."""
    made = Client.plain(program=PROGRAM)
    _opened.append(made)
    return made


def emit(answer: Any, as_json: bool, shown: Callable[[], None]) -> None:
    """The answer as JSON, or as it is shown to people."""
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        shown()


def complain(problem: Exception, *, as_json: bool = False) -> int:
    """Says on standard error what went wrong and what to do; the exit code."""
    if as_json:
        said = {
            "code": "unreachable" if isinstance(problem, Unreachable) else "no_key",
            "detail": str(problem),
        }
        if isinstance(problem, Problem):
            said = {"code": problem.code, "detail": problem.detail, **problem.facts}
        typer.echo(json.dumps({"error": said}, ensure_ascii=False), err=True)
    else:
        typer.echo(str(problem), err=True)
        if isinstance(problem, Invalid):
            for error in problem.errors:
                typer.echo(f"  {error['field']}: {error['message']}", err=True)
    return _exit_code(problem)


def _exit_code(problem: Exception) -> Exit:
    if isinstance(problem, NothingToClaim):
        return Exit.NOTHING
    if isinstance(problem, Unreachable):
        return Exit.UNREACHABLE
    if isinstance(problem, Unauthorised | Forbidden | NoKey):
        return Exit.NOT_ALLOWED
    return Exit.REFUSED


def started(app: Callable[..., Any], arguments: list[str]) -> int:
    """Runs one command line; its exit code."""
    try:
        app(arguments, prog_name=PROGRAM)
    except SystemExit as end:
        if isinstance(end.code, str):
            typer.echo(end.code, err=True)
        return end.code if isinstance(end.code, int) else 1
    except (Problem, Unreachable, NoKey) as problem:
        return complain(problem, as_json="--json" in arguments)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        sys.stderr.close()
        return 0
    finally:
        while _opened:
            run(_opened.pop().close())
    return 0
