"""The feed: events are committed with their task, and get their `seq` at once afterwards, in an order of commits.

A counter in the commit itself would make every two commits collide. So a commit writes its events *unnumbered*, with a
mark that rises along each task. Then one turn at a time in each process takes all unnumbered events in mark order, also
those that somebody else left behind, and numbers them together with the head of the feed by compare-and-set. Numbers
have no gaps and become visible in order, so a reader misses nothing whatever the clocks say.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from task_assistant.domain.history import Event
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.firestore import contents, numbers
from task_assistant.stores.firestore.batch import Batch, Stamp
from task_assistant.stores.firestore.gateway import Ask, Collision, Gateway, Row, TooLarge, Unsure
from task_assistant.stores.firestore.stock import META

log = logging.getLogger("task_assistant")
EVENTS: Final = "events"
HEAD: Final = "head"
AT_ONCE: Final = 400  # events that one turn numbers
TURNS: Final = 40  # collisions of one turn before it gives up
PATIENCE: Final = 20.0  # seconds that a commit waits for the numbers of its events


@dataclass(frozen=True, slots=True)
class Head:
    """Where the feed ends: the highest `seq`, and a number that also counts commits without events."""

    seq: int = 0
    beat: int = 0
    seen: Stamp = None


@dataclass(slots=True)
class Feed:
    """The end of the feed as this process knows it, and its own events that wait for a number."""

    gateway: Gateway
    head: Head = field(default_factory=Head)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: dict[str, asyncio.Future[int]] = field(default_factory=dict)
    _beats: bool = False
    _turning: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Finishes the turn that is under way."""
        while self._turning is not None and not self._turning.done():
            await asyncio.wait([self._turning])

    async def refresh(self) -> bool:
        """Reads the head; whether another process has moved it."""
        async with self._lock:
            return await self._read_head()

    async def _read_head(self) -> bool:
        row = await self.gateway.get(META, HEAD)
        if row is None:
            raise StoreUnavailable("The Firestore database was emptied while the app ran; start it again.")
        before = self.head
        self.head = Head(row.fields["seq"], row.fields["beat"], row.seen)
        return (before.seq, before.beat) != (self.head.seq, self.head.beat)

    async def settle(self) -> None:
        """Numbers what a process left behind that ended between commit and turn."""
        async with self._lock:
            rows = await self._unnumbered()
            while rows:
                await self._turn(rows)
                rows = await self._unnumbered()

    async def number(self, event_ids: Sequence[str]) -> list[int]:
        """The `seq` of each of these committed events; 0 for those that could not be numbered yet."""
        loop = asyncio.get_running_loop()
        futures = [self._waiting.setdefault(event_id, loop.create_future()) for event_id in event_ids]
        self._begin()
        try:
            async with asyncio.timeout(PATIENCE):
                return [await asyncio.shield(future) for future in futures]
        except TimeoutError:
            log.warning("%d events are committed but not numbered yet; the next commit will", len(futures))
            return [future.result() if future.done() else 0 for future in futures]

    def beat(self) -> None:
        """Lets other processes know of a commit without events, soon."""
        self._beats = True
        self._begin()

    def _begin(self) -> None:
        if self._turning is None or self._turning.done():
            self._turning = asyncio.create_task(self._take_turns())

    async def _take_turns(self) -> None:
        try:
            while self._waiting or self._beats:
                async with self._lock:
                    rows = await self._unnumbered() if self._waiting else []
                    self._beats = False
                    await self._turn(rows)
                    if len(rows) < AT_ONCE:
                        await self._look_up(list(self._waiting))
        except (StoreUnavailable, Collision, Unsure, TooLarge):
            log.exception("the feed could not be numbered; the next commit tries again")
            for future in self._waiting.values():
                future.set_result(0)
            self._waiting.clear()

    async def _unnumbered(self) -> list[Row]:
        return await self.gateway.query(
            Ask(EVENTS, order=(("mark", False),), limit=AT_ONCE, fields=("mark", "task"))
        )

    async def _turn(self, rows: list[Row]) -> None:
        """Gives these events the next numbers. Rows that another process has numbered meanwhile are left out."""
        for tries in range(TURNS):
            try:
                await self._move(rows)
            except (Collision, Unsure):
                if tries == TURNS - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2 ** min(tries, 6)))
                await self._read_head()
                rows = await self._unnumbered() if rows else []
            else:
                return

    async def _move(self, rows: list[Row]) -> None:
        batch, head = Batch(), self.head
        last = head.seq + len(rows)
        batch.change(META, HEAD, {"seq": last, "beat": head.beat + 1}, head.seen)
        for seq, row in enumerate(rows, head.seq + 1):
            place = _place(row.fields.get("task"), seq)
            batch.change(EVENTS, row.key, {"seq": seq, "place": place, "mark": None}, None)
        seen, *_ = await self.gateway.commit(batch)
        self.head = Head(last, head.beat + 1, seen)
        for seq, row in enumerate(rows, head.seq + 1):
            if (future := self._waiting.pop(row.key, None)) is not None:
                future.set_result(seq)

    async def enter(self, events: Sequence[Event], batch: Batch) -> None:
        """Commits the batch with events that have their numbers already, and the head beyond them. Raises Collision."""
        async with self._lock:
            await self._read_head()
            head = self.head
            last = max((head.seq, *(event.seq for event in events)))
            for event in events:
                place = _place(event.task_id, event.seq)
                fields = {
                    "body": contents.packed(event),
                    "task": event.task_id,
                    "seq": event.seq,
                    "place": place,
                }
                batch.put(EVENTS, event.id, fields)
            batch.change(META, HEAD, {"seq": last, "beat": head.beat + 1}, head.seen)
            *_, seen = await self.gateway.commit(batch)
            self.head = Head(last, head.beat + 1, seen)

    async def _look_up(self, event_ids: list[str]) -> None:
        """Numbers that another process has given to our events."""
        for event_id, row in (await self.gateway.get_many(EVENTS, event_ids)).items():
            if "seq" in row.fields and (future := self._waiting.pop(event_id, None)) is not None:
                future.set_result(row.fields["seq"])

    # -- reading -------------------------------------------------------------------------------------------------------

    async def after(self, after: int, limit: int) -> list[Event]:
        """Events with a number above `after`, in order; costs nothing when this process knows of none."""
        if after >= self.head.seq or limit <= 0:
            return []
        ask = Ask(EVENTS, (("seq", ">", after),), (("seq", False),), limit)
        return [event_of(row) for row in await self.gateway.query(ask)]

    async def of_task(self, task_id: int, after: int, limit: int) -> list[Event]:
        """The same for one task."""
        low, high = _place(task_id, after), _place(task_id, 10**16 - 1)
        where = (("place", ">", low), ("place", "<=", high))
        return [
            event_of(row) for row in await self.gateway.query(Ask(EVENTS, where, (("place", False),), limit))
        ]

    async def newest_of_task(self, task_id: int, before: int | None, limit: int) -> list[Event]:
        """A task's newest events below `before`, newest first."""
        low, high = _place(task_id, 0), _place(task_id, 10**16 - 1 if before is None else before)
        where = (("place", ">", low), ("place", "<", high))
        return [
            event_of(row) for row in await self.gateway.query(Ask(EVENTS, where, (("place", True),), limit))
        ]

    async def one(self, event_id: str) -> Event | None:
        """An event by its id."""
        row = await self.gateway.get(EVENTS, event_id)
        return None if row is None else event_of(row)


def _place(task_id: int | None, seq: int) -> str | None:
    """Where an event is among those of its task: one index over this serves both directions."""
    return None if task_id is None else f"{numbers.key(task_id)}.{seq:016d}"


def event_of(row: Row) -> Event:
    """The event of a row."""
    return contents.event(row.fields["body"], row.fields.get("seq", 0))
