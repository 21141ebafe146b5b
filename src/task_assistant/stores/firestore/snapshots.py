"""Everything as it was at one moment: Firestore answers each read as of that time (`read_time`), for an hour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final

from task_assistant.domain.errors import Busy
from task_assistant.ports.moving import Filed, Item, Kept, Part, Place, place
from task_assistant.stores.firestore import numbers, papers
from task_assistant.stores.firestore.drafting import EXTERNAL
from task_assistant.stores.firestore.feed import EVENTS, HEAD, Feed, event_of
from task_assistant.stores.firestore.gateway import Ask, Gateway, Row
from task_assistant.stores.firestore.layout import TASKS, of_row
from task_assistant.stores.firestore.standstill import Standstill
from task_assistant.stores.firestore.stock import META

TRIES: Final = 20
HELD: Final = 5.0  # seconds that one try may keep commits waiting
COLLECTIONS: Final[dict[Part, str]] = {
    "task": TASKS, "entry": papers.RECORDS, "event": EVENTS, "document": papers.DOCUMENTS,
}  # fmt: skip
# Rows that one query reads: 5 MB of usual ones, 100 MB of the longest that there may be.
AHEAD: Final[dict[Part, int]] = {"task": 1_000, "entry": 500, "event": 1_000, "document": 1_000}


@asynccontextmanager
async def snapshot(gateway: Gateway, feed: Feed, commits: Standstill) -> AsyncIterator[FirestoreSnapshot]:
    """A moment at which every committed event had its number.

    Commits of this process wait for the few reads that this takes; those of others can make it look again. Raises Busy
    when there is no such moment for seconds.
    """
    for tries in range(TRIES):
        then = None
        with suppress(TimeoutError):
            async with asyncio.timeout(HELD), commits.holding():
                then = await _whole(gateway, feed)
        if then is not None:
            yield FirestoreSnapshot(then)
            return
        await asyncio.sleep(0.05 * tries)
    raise Busy


async def _whole(gateway: Gateway, feed: Feed) -> Gateway | None:
    """Reads as of now, if every event has its number."""
    await feed.settle()
    then = replace(gateway, at=await gateway.moment(META, HEAD))
    unnumbered = Ask(EVENTS, order=(("mark", False),), limit=1, fields=("mark",))
    return None if await then.query(unnumbered) else then


class FirestoreSnapshot:
    """`ports.moving.Snapshot` through a gateway that reads as of one moment.

    Whoever reads on finds the next rows here: they come AHEAD at a time, as a query's way takes longer than they do.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._rows: list[Row] = []
        self._beyond: tuple[Part, Place | None] | None = None  # where these rows begin
        self._last = False  # no more come after them

    async def count(self, part: Part) -> int:
        """See the port."""
        return await self._gateway.count(Ask(COLLECTIONS[part]))

    async def read(self, part: Part, after: Place | None, limit: int) -> list[Item]:
        """See the port."""
        rows = await self._page(part, after, limit)
        items = await self._tasks(rows) if part == "task" else [_item(part, row) for row in rows]
        self._beyond = (part, place(items[-1])) if items else None
        return items

    async def _page(self, part: Part, after: Place | None, limit: int) -> list[Row]:
        if self._beyond != (part, after) or (len(self._rows) < limit and not self._last):
            many = max(limit, AHEAD[part])
            self._rows = await self._gateway.query(_ask(part, after, many))
            self._last = len(self._rows) < many
        page, self._rows = self._rows[:limit], self._rows[limit:]
        return page

    async def _tasks(self, rows: list[Row]) -> list[Item]:
        found: list[Item] = []
        for stored in map(of_row, rows):
            digest = await self._digest(stored.task.id) if stored.task.purged else None
            found.append(Kept(stored.task, stored.written_at, tuple(sorted(stored.workers)), digest))
        return found

    async def _digest(self, task_id: int) -> str | None:
        """What a purged task has left of its external id."""
        rows = await self._gateway.query(Ask(EXTERNAL, (("task", "==", task_id),)))
        return rows[0].key if rows else None


def _ask(part: Part, after: Place | None, limit: int) -> Ask:
    """Tasks and entries are named in the order of their places; the others have a field that is."""
    collection = COLLECTIONS[part]
    if part == "task":
        return Ask(collection, limit=limit, after=(numbers.key(after[0]) if after else "0",))
    if part == "entry":
        return Ask(collection, limit=limit, after=(papers.record_place(*after) if after else "0",))
    if part == "event":
        return Ask(collection, (("seq", ">", after[0] if after else 0),), (("seq", False),), limit)
    beginning = papers.document_place(*after) if after else ""
    return Ask(collection, (("place", ">", beginning),), (("place", False),), limit)


def _item(part: Part, row: Row) -> Item:
    if part == "entry":
        return Filed(int(row.key.partition(".")[0]), papers.record_of(row, row.fields.get("text")))
    return event_of(row) if part == "event" else papers.document_of(row)
