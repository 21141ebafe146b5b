"""Dumps as files: written whole or not at all, for the owner's eyes, compressed where the name ends in `.gz`."""

from __future__ import annotations

import asyncio
import gzip
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from task_assistant.services.moving import Summary, verify
from task_assistant.services.moving.files import lines_of

AT_ONCE = 256 * 1024  # bytes that are compressed and written together, in another thread


class FileTaken(Exception):
    """There is a file of this name already; the message says so."""


async def write(path: Path, lines: AsyncIterator[bytes]) -> Summary:
    """Writes a new file and reads it back. Raises FileTaken, DumpRefused; nothing of a failed one remains."""
    _check_free(path)
    begun = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with _new(begun, packed=path.suffix == ".gz") as file:
            await _fill(file, lines)
        summary = await verify(read(begun))
        begun.replace(path)
        _sync(path.parent)
    except BaseException:
        with suppress(OSError):
            begun.unlink()
        raise
    return summary


def _check_free(path: Path) -> None:
    if path.exists():
        raise FileTaken(f"{path} is there already; name another file.")


@contextmanager
def _new(path: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    """A file for its owner only; on the disk once it is closed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        if packed:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
                yield cast(IO[bytes], file)
        else:
            yield raw
        raw.flush()
        os.fsync(raw.fileno())


async def _fill(file: IO[bytes], lines: AsyncIterator[bytes]) -> None:
    waiting, size = list[bytes](), 0
    async for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= AT_ONCE:
            await asyncio.to_thread(file.write, b"".join(waiting))
            waiting, size = [], 0
    await asyncio.to_thread(file.write, b"".join(waiting))


def _sync(directory: Path) -> None:
    """The new name is on the disk, too, where directories can be synced."""
    with suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


async def read(path: Path) -> AsyncIterator[bytes]:
    """The lines of a file, compressed or not; of one that was cut off fewer of them."""
    with path.open("rb") as file:
        async for line in lines_of(file):
            yield line
