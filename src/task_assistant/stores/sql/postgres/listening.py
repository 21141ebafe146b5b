"""Hearing of other processes' commits: one connection of its own that listens."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import psycopg

from task_assistant.stores.sql.postgres.connection import CHANNEL, Raw
from task_assistant.stores.sql.signal import Signal

PATIENCE = (0.1, 0.2, 0.5, 1.0)  # seconds between attempts to listen again


class Listener:
    """Counts commits for a signal: our own as they are reported, others' as they are heard.

    While nobody listens (the server restarts) anything may have been committed: the count then is another one every
    tenth of a second, so that nothing that was remembered is believed for longer.
    """

    def __init__(self, address: str, who: str) -> None:
        self._address, self._who = address, who
        self._commits = 0
        self._deaf = True
        self._listening: asyncio.Task[None] | None = None
        self.signal = Signal(self.count)

    async def start(self) -> None:
        """Listens from now on. Raises psycopg.Error when there is no server."""
        raw = await self._connected()
        self._listening = asyncio.create_task(self._listen(raw))

    async def stop(self) -> None:
        """Listens no more, and ends all waiting."""
        self.signal.close()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def count(self) -> int:
        """Another number than before as soon as anybody may have committed."""
        return -int(time.monotonic() * 10) - 1 if self._deaf else self._commits

    def committed(self) -> None:
        """This process has committed something, or may have."""
        self._commits += 1
        self.signal.wake()

    async def _connected(self) -> Raw:
        raw = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        await raw.execute(f"LISTEN {CHANNEL}")
        self._deaf = False
        return raw

    async def _listen(self, raw: Raw) -> None:
        while True:
            with suppress(psycopg.Error):
                async with raw:
                    async for heard in raw.notifies():
                        if heard.payload != self._who:
                            self.committed()
            self._deaf = True
            raw = await self._again()
            self.committed()  # who knows what

    async def _again(self) -> Raw:
        for attempt in range(2**31):
            with suppress(psycopg.Error):
                return await self._connected()
            await asyncio.sleep(PATIENCE[min(attempt, len(PATIENCE) - 1)])
        raise AssertionError("unreachable")
