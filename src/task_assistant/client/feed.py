"""The event feed: pages of it, its end, and all that is yet to come."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from task_assistant.client.connection import Connection
from task_assistant.client.problems import Overloaded, Unreachable

if TYPE_CHECKING:
    from task_assistant.client import shapes

LONGEST_WAIT = 50  # seconds; what the contract allows a long poll


class Feed(Connection):
    """The calls about events; `Client` has them with all others."""

    async def events(self, after: int = 0, limit: int = 100, wait: int = 0) -> tuple[list[shapes.Event], int]:
        """Events after a `seq`, and the `seq` to go on from; `wait` holds the request until there is one."""
        found = await self._get("/api/events", wait, after=after, limit=limit, wait=wait)
        return found["events"], found["next"]

    async def latest(self, limit: int = 100) -> tuple[list[shapes.Event], int]:
        """The newest events, oldest first, and the `seq` to go on from.

        Numbers may be skipped, and hidden: it looks further back until there are enough.
        """
        newest = (await self._get("/api/events", limit=1)).get(
            "newest", 0
        )  # older servers: all of them are read
        back = limit
        while True:
            found, at = await self._end(max(0, newest - back), limit)
            if len(found) == limit or back >= newest:
                return found, at
            back *= 100

    async def _end(self, after: int, limit: int) -> tuple[list[shapes.Event], int]:
        """The last events of those after a `seq`."""
        found: deque[shapes.Event] = deque(maxlen=limit)
        while True:
            page, at = await self.events(after, 500)
            found.extend(page)
            if at == after:
                return list(found), at
            after = at

    async def follow(self, after: int = 0) -> AsyncIterator[shapes.Event]:
        """Every event after `after`, for ever: it goes on where it was when the server comes back."""
        while True:
            try:
                events, after = await self.events(after, 500, LONGEST_WAIT)
            except (Unreachable, Overloaded):
                await self._transport.pause(1.0)
                continue
            for event in events:
                yield event
