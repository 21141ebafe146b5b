"""What `pta db copy`, `pta backup` and `pta restore` do, on the stores themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from task_assistant.bootstrap import dump_files
from task_assistant.bootstrap.places import file_at, store_at
from task_assistant.bootstrap.settings import Settings, SettingsRefused
from task_assistant.ports.store import Store
from task_assistant.services.moving import Keys, Lines, Loaded, Progress, dump, load, verify


def _quiet(_: int) -> None:
    """Tells nobody how far it is."""


async def copy(settings: Settings, origin: str, target: str, progress: Progress = _quiet) -> Loaded:
    """Everything from one place to another, which must be empty; started again, it goes on where it ended.

    Raises SettingsRefused, StoreUnavailable, DumpRefused, StoreNotEmpty, NotTheSame, dump_files.FileTaken.
    """
    now, file = datetime.now(UTC), file_at(target)
    async with _lines_of(settings, origin, now) as lines:
        if file is not None:
            return Loaded(await dump_files.write(file, lines()))
        summary = await verify(lines())
        async with store_at(settings, target) as store:
            return await load(store, lines, summary, now, progress)


async def restore(settings: Settings, file: Path, progress: Progress = _quiet) -> Loaded:
    """A backup or export into the store of the settings, which must be empty. Raises what `copy` does."""
    now, lines = datetime.now(UTC), _file_lines(file)
    summary = await verify(lines())  # before anything is opened: an altered file leaves no trace
    async with store_at(settings, None) as store:
        return await load(store, lines, summary, now, progress)


@asynccontextmanager
async def _lines_of(settings: Settings, origin: str, now: datetime) -> AsyncIterator[Lines]:
    file = file_at(origin)
    if file is not None:
        yield _file_lines(file)
        return
    async with store_at(settings, origin) as store, store.snapshot() as snapshot:
        yield lambda: dump(snapshot, now, Keys.HASHED)


def _file_lines(file: Path) -> Lines:
    if not file.is_file():
        raise SettingsRefused(f"There is no file {file}.")
    return lambda: dump_files.read(file)


async def write_dump(store: Store, file: Path, now: datetime) -> Loaded:
    """Everything in the store as a new file, read back. Raises dump_files.FileTaken, DumpRefused."""
    async with store.snapshot() as snapshot:
        return Loaded(await dump_files.write(file, dump(snapshot, now, Keys.HASHED)))
