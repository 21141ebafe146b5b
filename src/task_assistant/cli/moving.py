"""`pta export` and `pta import`: everything out over HTTP, and in again; other tools' tasks in."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO, Annotated, Any, cast

import typer

from task_assistant.cli.frame import AsJson, client, emit
from task_assistant.client import run

FORMATS = "dump, todoist, trello, taskwarrior, todotxt or github"


def export(
    to: Annotated[Path, typer.Option("--to", help="A new file (.gz compresses it); - prints it.")] = Path(
        "-"
    ),
    as_json: AsJson = False,
) -> None:
    """Write everything to one file, without secrets: tasks, history, files, settings, what was learned."""
    if str(to) == "-":
        run(client().export(sys.stdout.buffer))
        return
    if to.exists():
        typer.echo(f"{to} is there already; name another file.", err=True)
        raise typer.Exit(1)
    begun = to.with_name(f".{to.name}.partial")
    try:
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            target = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if to.suffix == ".gz" else raw
            with cast(IO[bytes], target) as file:
                run(client().export(file))
        begun.replace(to)
    finally:
        begun.unlink(missing_ok=True)
    emit(
        {"file": str(to), "bytes": to.stat().st_size}, as_json, lambda: typer.echo(f"Everything is in {to}.")
    )


def import_(
    file: Annotated[
        Path, typer.Argument(help="An export, or another tool's file; without one it is read from the input.")
    ] = Path("-"),
    kind: Annotated[str | None, typer.Option("--from", help=f"What it is, if not clear: {FORMATS}.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Bring tasks that are here already up to date.")
    ] = False,
    assignee: Annotated[
        str, typer.Option("--assignee", help="Whose they are: me, codex, unassigned.")
    ] = "unassigned",
    as_json: AsJson = False,
) -> None:
    """Bring in an export (into an empty board), or tasks of Todoist, Trello, Taskwarrior, todo.txt, GitHub."""
    kind = kind or ("todotxt" if file.suffix == ".txt" else None)
    with _opened(file) as content:
        report: dict[str, Any] = run(
            client().import_file(content, format=kind, dry_run=dry_run, update=update, assignee=assignee)
        )
    emit(report, as_json, lambda: _show(report))
    if report["rejected"]:
        raise typer.Exit(1)


def _opened(file: Path) -> IO[bytes]:
    """The file; what comes from the input lies in a temporary file first, as its length must be known."""
    if str(file) != "-":
        try:
            return file.open("rb")
        except OSError as problem:
            typer.echo(f"{file} cannot be read: {problem.strerror}.", err=True)
            raise typer.Exit(1) from None
    if sys.stdin.isatty():
        typer.echo("Name a file, or send one in: pta import < FILE", err=True)
        raise typer.Exit(2)
    content = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    shutil.copyfileobj(sys.stdin.buffer, content)
    content.seek(0)
    return content


def _show(report: dict[str, Any]) -> None:
    would = "would be " if report["dry_run"] else ""
    numbers = [f"{report['created']} {would}created", f"{report['duplicates']} here already"]
    numbers += [f"{report[name]} {would}{name}" for name in ("updated", "connected") if report[name]]
    tasks = "1 task" if report["tasks"] == 1 else f"{report['tasks']} tasks"
    typer.echo(f"{tasks} in the file ({report['format']}): {', '.join(numbers)}.")
    for verdict, title in (("kept", "Kept"), ("mapped", "Mapped"), ("not_mappable", "Not mappable")):
        if report[verdict]:
            typer.echo(f"{title}:")
        for note in report[verdict]:
            typer.echo(f"  {note['count']:>5} × {note['field']}: {note['says']}")
    for bad in report["rejected"]:
        said = "; ".join(f"{error['field']} {error['message']}" for error in bad["errors"])
        typer.echo(f"Not taken, task {bad['index'] + 1} of the file: {said}", err=True)
