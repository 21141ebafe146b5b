"""Following the event feed to keep something that follows from it: each event once, whoever follows.

A numbered cursor is replaced in the same commit as what was counted, so that two processes never count an event twice:
only one of them can take the step from one number to the next.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from task_assistant.domain.history import Event
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk

BATCH = 50  # events in one commit, so that no other write waits long
REMEMBER_AFTER = 10_000  # events that count for nothing, after which the cursor is written down all the same
Keep = Callable[[Sequence[Event]], Awaitable[list[Document]]]


@dataclass(frozen=True, slots=True)
class _Place:
    """The cursor: its number (0 = none yet), the `seq` up to which was counted, and the one that the store knows."""

    number: int
    after: int
    written: int


class Projection:
    """Follows the feed under one cursor; `keep` says which documents follow from some events (none: nothing did)."""

    def __init__(self, desk: Desk, cursor: str, keep: Keep) -> None:
        self._desk = desk
        self._cursor = cursor
        self._keep = keep
        self._place: _Place | None = None

    async def follow(self) -> int:
        """Goes on to the end of the feed, making way for requests; how many events were read."""
        read = 0
        while (place := self._place or await self._found()).after < await self._desk.store.position():
            await self._desk.rests.turn()
            events = await self._desk.store.events(place.after, BATCH)
            if not events:
                break
            await self._count(place, events)
            read += len(events)
        return read

    async def counted_to(self) -> int:
        """The `seq` up to which was counted; what came later is not in the numbers yet."""
        return (self._place or await self._found()).after

    async def _found(self) -> _Place:
        cursors = await self._desk.store.documents(self._cursor, self._desk.now())
        newest = max(cursors, key=lambda each: int(each.key), default=None)
        after = int((newest.data or {})["after"]) if newest is not None else 0
        return _Place(int(newest.key) if newest is not None else 0, after, after)

    async def _count(self, place: _Place, events: Sequence[Event]) -> None:
        """Whoever was slower than another process begins again where that is."""
        documents, after = await self._keep(events), events[-1].seq
        if not documents and after - place.written < REMEMBER_AFTER:
            self._place = _Place(place.number, after, place.written)
            return
        try:
            moved = (*self._moved(place.number, after), *documents)
            await self._desk.store.commit(ChangeSet(self._desk.now(), documents=moved))
        except DocumentConflict:
            self._place = None
            return
        self._place = _Place(place.number + 1, after, after)

    def _moved(self, number: int, after: int) -> list[Document]:
        old = [Document(self._cursor, str(number), None, expect="present")] if number else []
        return [*old, Document(self._cursor, str(number + 1), {"after": after}, expect="absent")]
