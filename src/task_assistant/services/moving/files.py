"""The lines of a dump in an open file, compressed or not."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import IO

GZIP = b"\x1f\x8b"
TURN = 64  # lines read until others get their turn
LINE = 64 * 1024 * 1024  # bytes; no line of a dump is longer


def packed(file: IO[bytes]) -> bool:
    """Whether the file, which is at its beginning afterwards, is compressed by gzip."""
    file.seek(0)
    begins = file.read(len(GZIP)) == GZIP
    file.seek(0)
    return begins


async def lines_of(file: IO[bytes]) -> AsyncIterator[bytes]:
    """Its lines from the beginning; of one that was cut off fewer of them."""
    reader = gzip.GzipFile(fileobj=file, mode="rb") if packed(file) else file
    n = 0
    while line := _line(reader):
        yield line
        n += 1
        if n % TURN == 0:
            await asyncio.sleep(0)


def _line(file: IO[bytes] | gzip.GzipFile) -> bytes:
    """The next line; nothing where a compressed file is cut off or altered: then the footer is what is missing."""
    try:
        return file.readline(LINE)
    except (EOFError, OSError, zlib.error):
        return b""
