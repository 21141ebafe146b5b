"""Backups: dumps in a directory of their own, each read back, the newest few kept; one a day while the server runs."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from task_assistant.bootstrap.data_directory import make_private
from task_assistant.bootstrap.moving import write_dump
from task_assistant.bootstrap.settings import Settings
from task_assistant.ports.store import Store
from task_assistant.services.moving import Summary

log = logging.getLogger("task_assistant")
NAME = re.compile(r"tasks-(\d{8}T\d{6}Z)\.jsonl\.gz")
TIME = "%Y%m%dT%H%M%SZ"
DAILY = timedelta(hours=24)
FIRST_LOOK, LOOK = 60.0, 900.0  # seconds after the start, and from then on
LOCK, STALE = ".lock", timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its file, when it was made, and how large it is."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Backups:
    """The backups in a directory, of which the newest `keep` stay."""

    directory: Path
    keep: int

    def all(self) -> list[Backup]:
        """Those that there are, newest first."""
        if not self.directory.is_dir():
            return []
        found = ((path, NAME.fullmatch(path.name)) for path in self.directory.iterdir())
        dated = [(path, datetime.strptime(name[1], TIME).replace(tzinfo=UTC)) for path, name in found if name]
        backups = [Backup(path, made_at, path.stat().st_size) for path, made_at in dated]
        return sorted(backups, key=lambda backup: backup.made_at, reverse=True)

    async def make(self, store: Store, now: datetime) -> tuple[Backup, Summary]:
        """A new one, read back; then the oldest beyond `keep` go. Raises FileTaken, DumpRefused, OSError."""
        make_private(self.directory)
        path = self.directory / f"tasks-{now.astimezone(UTC).strftime(TIME)}.jsonl.gz"
        done = await write_dump(store, path, now)
        for old in self.all()[max(1, self.keep) :]:
            old.path.unlink(missing_ok=True)
        return Backup(path, now, path.stat().st_size), done.summary

    def last_made_at(self) -> datetime | None:
        """When the newest was made."""
        made = self.all()
        return made[0].made_at if made else None

    def due(self, now: datetime) -> bool:
        """True when the newest is a day old, or there is none."""
        last = self.last_made_at()
        return last is None or now - last >= DAILY


def backups_of(settings: Settings) -> Backups | None:
    """Where the settings want backups; None where nobody said and there is no data directory to put them in."""
    if settings.backup_dir is None or settings.backups_kept == 0:
        return None
    return Backups(settings.backup_dir, settings.backups_kept)


async def keep_backed_up(store: Store, backups: Backups, stopping: asyncio.Event) -> None:
    """Makes the daily backup until the server stops; one that fails is logged and tried again later."""
    wait = FIRST_LOOK
    while not await _told_to_stop(stopping, wait):
        wait = LOOK
        try:
            await back_up_if_due(store, backups, datetime.now(UTC))
        except Exception:
            log.exception("the daily backup to %s failed; it is tried again", backups.directory)


async def back_up_if_due(store: Store, backups: Backups, now: datetime) -> Backup | None:
    """Today's backup if it is time for it, nobody else makes it, and there is something to back up."""
    if not backups.due(now) or not await _anything(store):
        return None
    make_private(backups.directory)
    lock = backups.directory / LOCK
    if not _locked(lock, now):
        return None
    try:
        made, summary = await backups.make(store, now)
    finally:
        lock.unlink(missing_ok=True)
    log.info("backed up %d tasks to %s", summary.counts["task"], made.path)
    return made


async def _anything(store: Store) -> bool:
    """An empty board never pushes out the backups of a full one."""
    async with store.snapshot() as snapshot:
        return await snapshot.count("task") > 0


def _locked(lock: Path, now: datetime) -> bool:
    """Takes the lock among all processes; one that a dead process left behind is taken over."""
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if now - datetime.fromtimestamp(lock.stat().st_mtime, UTC) < STALE:
            return False
        lock.touch()
    return True


async def _told_to_stop(stopping: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True
