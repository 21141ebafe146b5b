"""News: own commits at once, those of other processes by one read of the feed's head a second, while somebody asks."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore.feed import Feed
from task_assistant.stores.firestore.stock import Stock

log = logging.getLogger("task_assistant")
FRESH: Final = 1.0  # seconds for which the head is taken to be as it was read


@dataclass(slots=True)
class Signal:
    """A number that rises with all news, and everybody who waits for it to rise."""

    feed: Feed
    stock: Stock
    fresh: float = FRESH
    _stamp: int = 0
    _checked: float = -1e9
    _waiters: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _polling: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Polls no more."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)

    def tell(self) -> None:
        """Something has changed."""
        self._stamp += 1
        self._news.set()
        self._news = asyncio.Event()

    async def stamp(self) -> int:
        """The number; looks at the head if nobody has for a second."""
        await self.look()
        return self._stamp

    async def look(self, *, now: bool = False) -> None:
        """Reads the head unless it is fresh, and tells what other processes have done."""
        loop = asyncio.get_running_loop()
        if not now and loop.time() - self._checked < self.fresh:
            return
        self._checked = loop.time()
        if await self.feed.refresh():
            await self.stock.refresh()
            self.tell()

    async def changed(self, stamp: int, timeout: float) -> int:
        """Waits until the number differs, at most `timeout` seconds."""
        self._waiters += 1
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(timeout):
                while self._stamp == stamp:
                    await self._news.wait()
        except TimeoutError:
            pass  # the promise: at most that long
        finally:
            self._waiters -= 1
        return self._stamp

    async def _poll(self) -> None:
        while self._waiters:
            await asyncio.sleep(self.fresh)
            try:
                await self.look()
            except StoreUnavailable as problem:
                log.warning("%s", problem)
