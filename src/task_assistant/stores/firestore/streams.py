"""Rows of several queries in one order, read page by page and no further than somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from task_assistant.domain.ordering import Key
from task_assistant.stores.firestore.gateway import Ask, Gateway, Row
from task_assistant.stores.firestore.layout import Stored, of_row

LONGEST: Final = 300  # rows of a page
KeyOf = Callable[[Stored], Key]


@dataclass(slots=True)
class Need:
    """How many rows somebody still wants; whoever takes rows counts it down."""

    left: int


class Stream(Protocol):
    """Rows in key order; `buffer` holds what was read and not yet taken, next first."""

    buffer: list[tuple[Key, Stored]]
    ended: bool

    async def fill(self) -> None:
        """Reads the next page if the buffer is empty."""


@dataclass(slots=True)
class Known:
    """Rows that are here already."""

    buffer: list[tuple[Key, Stored]]
    ended: bool = True

    async def fill(self) -> None:
        """Nothing to read."""


@dataclass(slots=True)
class Asked:
    """The rows of one query, a page at a time.

    The first has `page` rows, the next ones as many as are still needed, or more where few are what is looked for.
    """

    gateway: Gateway
    ask: Ask
    page: int
    need: Need
    key_of: KeyOf
    pages: int = 0
    buffer: list[tuple[Key, Stored]] = field(default_factory=list)
    ended: bool = False

    async def fill(self) -> None:
        """The next page, unless there is something left or nothing more."""
        if self.buffer or self.ended:
            return
        page = self.page if self.pages == 0 else max(self.need.left, self.page * 2 ** (self.pages - 1))
        page = min(page, LONGEST)
        rows = await self.gateway.query(_paged(self.ask, page))
        self.ended = len(rows) < page
        self.pages += 1
        for row in rows:
            stored = of_row(row)
            self.buffer.append((self.key_of(stored), stored))
        if rows:
            self.ask = _beyond(self.ask, rows[-1])


def _paged(ask: Ask, page: int) -> Ask:
    return Ask(ask.collection, ask.where, ask.order, page, ask.after, ask.fields)


def _beyond(ask: Ask, row: Row) -> Ask:
    values = tuple(row.fields[name] for name, _ in ask.order)
    return Ask(ask.collection, ask.where, ask.order, ask.limit, (*values, row.key), ask.fields)


async def merged(streams: Sequence[Stream]) -> AsyncIterator[tuple[Key, Stored]]:
    """All rows in key order, a task that several streams have once."""
    last: int | None = None
    while True:
        await asyncio.gather(*(stream.fill() for stream in streams))
        ready = [stream for stream in streams if stream.buffer]
        if not ready:
            return
        first = min(ready, key=lambda stream: stream.buffer[0][0])
        key, stored = first.buffer.pop(0)
        if stored.task.id != last:
            last = stored.task.id
            yield key, stored


async def chained(phases: Iterable[Sequence[Stream]]) -> AsyncIterator[tuple[Key, Stored]]:
    """One phase after the other: every row of an earlier one comes before those of a later one."""
    for streams in phases:
        async for found in merged(streams):
            yield found


async def woven(
    calm: AsyncIterator[tuple[Key, Stored]], apart: list[tuple[Key, Stored]], strays: frozenset[int]
) -> AsyncIterator[tuple[Key, Stored]]:
    """Calm rows without those that are astray, and in between the ones that were read apart, by key."""
    waiting = sorted(apart, key=lambda each: each[0], reverse=True)
    async for key, stored in calm:
        while waiting and waiting[-1][0] < key:
            yield waiting.pop()
        if stored.task.id not in strays:
            yield key, stored
    while waiting:
        yield waiting.pop()
