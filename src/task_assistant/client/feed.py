"""The event feed: pages of it, its end, and all that is yet to come."""

from __future__ import annotations

import sys
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

    async def latest(self, limit: int = 100, *, least: int | None = None) -> tuple[list[shapes.Event], int]:
        """The newest events, at most `limit`, oldest first, and the `seq` to go on from.

        Numbers may be skipped, and hidden: it looks further back until there are `least`, if not told `limit`.
        """
        first = await self._get("/api/events", limit=1)
        start, back = max(0, first.get("newest", 0) - limit), limit  # older servers: all of them are read
        found, at = await self._between(start, sys.maxsize, limit)
        while start and len(found) < (limit if least is None else least):
            back *= 4
            until, start = start, max(0, start - back)
            older, _ = await self._between(start, until, limit)
            found = [*older, *found][-limit:]
        return found, at

    async def _between(self, after: int, until: int, limit: int) -> tuple[list[shapes.Event], int]:
        """The last events of those after a `seq` and up to another, and the `seq` to go on from."""
        found: deque[shapes.Event] = deque(maxlen=limit)
        while True:
            page, at = await self.events(after, min(500, until - after))
            found.extend(event for event in page if event["seq"] <= until)
            if at == after or at >= until:
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
