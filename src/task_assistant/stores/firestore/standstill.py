"""Lets commits pass side by side, and a snapshot hold up new ones until those under way are through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Standstill:
    """Without it a busy process would have an event without a number at every moment, and so never a whole picture."""

    def __init__(self) -> None:
        self._under_way = 0
        self._one = asyncio.Lock()
        self._open, self._through = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._through.set()

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """For a commit: waits while somebody holds commits up."""
        await self._open.wait()
        self._under_way += 1
        self._through.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._through.set()

    @asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """No commit of this process is under way inside."""
        async with self._one:
            self._open.clear()
            try:
                await self._through.wait()
                yield
            finally:
                self._open.set()
