"""`pta db copy`, `pta backup`, `pta restore`: the few commands that work on the store itself, not over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from task_assistant.cli.commands import Area
from task_assistant.cli.frame import AsJson, emit

T = TypeVar("T")
db = Area("The store itself.")


def _done(work: Coroutine[Any, Any, T]) -> T:
    """Runs it; what cannot be done is one sentence and exit code 1."""
    # Imported late, here and below: `pta --help` would wait for an event loop and a store that it does not need.
    import asyncio

    from task_assistant.bootstrap.dump_files import FileTaken
    from task_assistant.bootstrap.settings import SettingsRefused
    from task_assistant.domain.errors import Refusal
    from task_assistant.ports.store import StoreUnavailable

    try:
        return asyncio.run(work)
    except (Refusal, SettingsRefused, StoreUnavailable, FileTaken, OSError) as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None


def _progress(n: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{n:,} lines", err=True, nl=False)


def _told(loaded: Any, words: str, as_json: bool) -> None:
    """What was moved, in numbers that can be compared with those of the other side."""
    counts, checksum = loaded.summary.counts, loaded.summary.sha256
    how = "was there already" if loaded.there else words
    names = {"task": "tasks", "entry": "entries", "event": "events", "document": "documents"}
    said = {"counts": counts, "sha256": checksum, "resumed": loaded.resumed, "there_already": loaded.there}
    numbers = ", ".join(f"{counts[part]:,} {name}" for part, name in names.items())
    emit(
        said,
        as_json,
        lambda: typer.echo(f"Everything {how}: {numbers}.\nSHA-256 {checksum}, read back and equal."),
    )


@db.command("copy")
def copy(
    origin: Annotated[str, typer.Option("--from", help="Where everything is.")],
    target: Annotated[str, typer.Option("--to", help="An empty store, or a new file.")],
    as_json: AsJson = False,
) -> None:
    """Copy everything between two stores, or between a store and a file.

    An address is sqlite:///path, postgresql://user:password@host/name, firestore://project/database, or a file
    (.jsonl, .jsonl.gz). Stop the server of the origin first. A copy that was stopped goes on when started again.
    """
    from task_assistant.bootstrap import moving
    from task_assistant.bootstrap.settings import load_settings

    async def work() -> Any:
        return await moving.copy(load_settings(), origin, target, _progress)

    _told(_done(work()), "is copied", as_json)


def backup(
    to: Annotated[Path | None, typer.Option("--to", help="This new file, not one of those kept.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write everything to a backup and read it back; the server may run meanwhile."""
    from task_assistant.bootstrap import moving
    from task_assistant.bootstrap.backups import backups_of
    from task_assistant.bootstrap.places import store_at
    from task_assistant.bootstrap.settings import SettingsRefused, load_settings

    async def work() -> tuple[Path, Any]:
        settings, now = load_settings(), datetime.now(UTC)
        backups = backups_of(settings)
        if to is None and backups is None:
            raise SettingsRefused("Say where: --to FILE, or set BACKUP_DIR.")
        async with store_at(settings, None) as store:
            if to is not None or backups is None:
                path = (to or Path()).expanduser()
                return path, (await moving.write_dump(store, path, now)).summary
            made, summary = await backups.make(store, now)
            return made.path, summary

    path, summary = _done(work())
    said = {"file": str(path), "counts": summary.counts, "sha256": summary.sha256}
    emit(said, as_json, lambda: typer.echo(f"{path}\n{summary.counts['task']:,} tasks, read back: whole."))


def restore(
    file: Annotated[Path, typer.Argument(help="A backup or an export.")], as_json: AsJson = False
) -> None:
    """Bring a backup back into an empty store; refuses any other, and a file that is not whole."""
    from task_assistant.bootstrap import moving
    from task_assistant.bootstrap.settings import load_settings

    async def work() -> Any:
        return await moving.restore(load_settings(), file.expanduser(), _progress)

    _told(_done(work()), "is back", as_json)
