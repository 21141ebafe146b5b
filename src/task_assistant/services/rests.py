"""What the server does by itself makes way for those who ask something of it.

Deliveries and counting are cut into pieces of some ten milliseconds, and each waits for its turn here: while the app is
used, pieces begin so far apart that few requests meet one; while nobody asks, they go on at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

USED, IDLE = 1.0, 0.02  # seconds from the beginning of one piece to that of the next
USED_WITHIN = 2.0  # seconds since the last request in which the app counts as used


class Rests:
    """One a process. `clock` gives seconds that only go forward."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.used, self.idle = USED, IDLE
        self._clock, self._sleep = clock, sleep
        self._asked = self._began = float("-inf")
        self._turn = asyncio.Lock()

    def asked(self) -> None:
        """Somebody asks something."""
        self._asked = self._clock()

    async def turn(self) -> None:
        """Returns when the next piece of work may begin; whoever came first goes first."""
        async with self._turn:
            await self._sleep(max(0.0, self._began + self._apart() - self._clock()))
            self._began = self._clock()

    def _apart(self) -> float:
        return self.used if self._clock() - self._asked < USED_WITHIN else self.idle
