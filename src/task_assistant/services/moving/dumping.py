"""A snapshot as the lines of a dump. Memory holds one page of it at a time."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime

from task_assistant.ports.documents import Document
from task_assistant.ports.moving import PARTS, Item, Part, Place, Snapshot, place
from task_assistant.services.moving.kinds import Keys, moved
from task_assistant.services.moving.lines import FORMAT, VERSION, encoded, line
from task_assistant.services.moving.reading import Summary, verify

PAGE = 100  # items; the longest artifacts make it 20 MB


async def dump(snapshot: Snapshot, now: datetime, keys: Keys) -> AsyncIterator[bytes]:
    """Header, tasks, entries, events, documents, footer; `now` decides which documents have expired."""
    counts: dict[Part, int] = {part: await snapshot.count(part) for part in PARTS}
    counts["document"] = sum([1 async for _ in _items(snapshot, "document", now, keys)])
    header = {"format": FORMAT, "version": VERSION, "keys": keys.value, "counts": {**counts}}
    total, told = hashlib.sha256(), dict.fromkeys(PARTS, 0)
    first = line("header", header)
    total.update(first)
    yield first
    for part in PARTS:
        async for item in _items(snapshot, part, now, keys):
            text = encoded(item)
            total.update(text)
            told[part] += 1
            yield text
    yield line("footer", {"counts": {**told}, "sha256": total.hexdigest()})


async def _items(snapshot: Snapshot, part: Part, now: datetime, keys: Keys) -> AsyncIterator[Item]:
    """What is told of the part, in the order of its places: keys, too, which have other names in an export."""
    renamed: list[Item] = []  # there are few
    async for item, told in _told_items(snapshot, part, now, keys):
        if renamed and place(told)[0] != place(renamed[0])[0]:
            for each in sorted(renamed, key=place):
                yield each
            renamed = []
        if place(told) != place(item):
            renamed.append(told)
        else:
            yield told
    for each in sorted(renamed, key=place):
        yield each


async def _told_items(
    snapshot: Snapshot, part: Part, now: datetime, keys: Keys
) -> AsyncIterator[tuple[Item, Item]]:
    """Each item of a part with what is told of it, page by page."""
    after: Place | None = None
    while page := await snapshot.read(part, after, PAGE):
        after = place(page[-1])
        for item in page:
            told = _told(item, now, keys)
            if told is not None:
                yield item, told
        await asyncio.sleep(0)  # a store that never waits would hold up everybody else


def _told(item: Item, now: datetime, keys: Keys) -> Item | None:
    over = isinstance(item, Document) and item.expires_at is not None and item.expires_at <= now
    return None if over else moved(item, keys)


async def summary_of(snapshot: Snapshot, now: datetime, keys: Keys) -> Summary:
    """Counts and checksum of the whole dump, every line of it read back."""
    return await verify(dump(snapshot, now, keys))
