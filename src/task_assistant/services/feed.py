"""The event feed: every committed event once, in an order that a reader can go on from; each sees what its role may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from task_assistant.domain.history import Event
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.visibility import sight
from task_assistant.services.desk import Desk

SCANNED_AT_ONCE = 500
SCANS = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Events after a position, and the position to go on from (past events that the caller may not see, too).

    `cut`: there may be more right away, but one request looks through so many only.
    """

    events: list[Event]
    next: int
    cut: bool = False


class Feed:
    """Reads the feed and waits for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def position(self) -> int:
        """The `seq` of the newest event."""
        return await self._desk.store.position()

    async def read(
        self, caller: Caller, after: int, limit: int, wait_seconds: float = 0,
        gone: Callable[[], Awaitable[bool]] | None = None,
    ) -> Page:  # fmt: skip
        """Up to `limit` events after `after`; with `wait_seconds` waits for the first one."""
        until = self._desk.now() + timedelta(seconds=wait_seconds)
        while True:
            stamp = await self._desk.store.stamp()
            page = await self._read(caller, after, limit)
            left = (until - self._desk.now()).total_seconds()
            if page.events or page.cut or left <= 0 or (gone is not None and await gone()):
                return page
            after = page.next
            await self._desk.store.changed(stamp, min(left, 2.0))

    async def _read(self, caller: Caller, after: int, limit: int) -> Page:
        seen: list[Event] = []
        for _ in range(SCANS):
            size = min(limit, SCANNED_AT_ONCE) if caller.owner else SCANNED_AT_ONCE
            batch = await self._desk.store.events(after, size)
            seen += await self._visible(caller, batch)
            if len(seen) >= limit:
                return Page(seen[:limit], seen[limit - 1].seq)
            if not batch:
                return Page(seen, after)
            after = batch[-1].seq
        return Page(seen, after, cut=True)

    async def _visible(self, caller: Caller, batch: list[Event]) -> list[Event]:
        """The person sees all; others the events of tasks that they may read now; readers those of the board, too."""
        if caller.owner:
            return batch
        ids = {event.task_id for event in batch if event.task_id is not None}
        tasks = await self._desk.store.get_many(ids)
        visible = await self._desk.visible(sight(caller), list(tasks.values()), self._desk.now())
        shown = {task.id for task in visible}
        board = caller.role is Role.READER
        return [event for event in batch if event.task_id in shown or (event.task_id is None and board)]
