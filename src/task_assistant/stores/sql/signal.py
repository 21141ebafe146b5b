"""Knowing that something was committed: a stamp for caches, and waiting for the next change."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable


class Signal:
    """Turns a version that is another one after each commit into a number that rises with every commit of any process.

    The number starts anywhere, so that one from before a restart never equals a later one. `wake` wakes who waits.
    Where that tells of this process's own commits only, one poller looks for others' every `poll` seconds while
    somebody waits.
    """

    def __init__(self, version: Callable[[], int], poll: float | None = None) -> None:
        self._read = version
        self._poll_seconds = poll
        self._version = version()
        self._stamp = secrets.randbits(47)
        self._waiting: set[asyncio.Future[None]] = set()
        self._poller: asyncio.Task[None] | None = None
        self._closed = False

    def stamp(self) -> int:
        """The number as it is now."""
        version = self._version if self._closed else self._read()
        if version != self._version:
            self._version = version
            self._stamp += 1
        return self._stamp

    async def changed(self, stamp: int, timeout: float) -> int:
        """Waits until the number is another one, at most so many seconds; the number as it then is."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self.stamp() == stamp and not self._closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await self._next(left)
        return self.stamp()

    async def _next(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        if self._poll_seconds is not None and (self._poller is None or self._poller.done()):
            self._poller = asyncio.create_task(self._poll(self._poll_seconds))
        try:
            await asyncio.wait([waiting], timeout=seconds)
        finally:
            self._waiting.discard(waiting)
            waiting.cancel()

    def wake(self) -> None:
        """Something may have changed: everybody who waits looks again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def _poll(self, seconds: float) -> None:
        before = self.stamp()
        while self._waiting:
            await asyncio.sleep(seconds)
            if (now := self.stamp()) != before:
                before = now
                self.wake()

    def close(self) -> None:
        """Ends the poller and all waiting."""
        self._closed = True
        self.wake()
        if self._poller is not None:
            self._poller.cancel()
