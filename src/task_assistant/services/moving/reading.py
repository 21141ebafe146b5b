"""The lines of a dump as items, checked while they come: whole, in order, with counts and checksum at the end."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import orjson

from task_assistant.domain.errors import DumpRefused
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import PARTS, Item, Part, Place, place
from task_assistant.services.moving.kinds import Keys, moved
from task_assistant.services.moving.lines import FORMAT, VERSION, decoded


@dataclass(frozen=True, slots=True)
class Summary:
    """What a whole dump says of itself: how many of each part, and the SHA-256 of all lines but the last."""

    counts: dict[str, int]
    sha256: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Row:
    """One item, its part, its place, and the bytes that it takes."""

    part: Part
    item: Item
    place: Place
    size: int


class Reading:
    """Follows one dump. `summary` is known once `rows` has ended by itself."""

    def __init__(self, lines: AsyncIterator[bytes]) -> None:
        self._lines = lines
        self._n = 0
        self._sha256 = hashlib.sha256()
        self._counts: dict[str, int] = dict.fromkeys(PARTS, 0)
        self._last: tuple[int, Place] = (0, ())
        self._header: dict[str, Any] = {}
        self.summary: Summary | None = None

    async def rows(self) -> AsyncIterator[Row]:
        """The items in their order. Raises DumpRefused, at the first line that cannot be right."""
        async for text in self._lines:
            self._n += 1
            name, data = self._parsed(text)
            if self.summary is not None:
                raise self._refused("there is something after the footer")
            if name == "footer":
                self._end(data)
                continue
            self._sha256.update(text)
            if (name == "header") is not (self._n == 1):
                raise self._refused("a dump begins with its one header")
            if name == "header":
                self._begin(data)
            else:
                yield self._row(name, data, len(text))
        if self.summary is None:
            raise self._refused("the footer is missing, so the end of it is lost")

    def _parsed(self, text: bytes) -> tuple[str, Any]:
        try:
            ((name, data),) = orjson.loads(text).items()
        except (ValueError, AttributeError):
            raise self._refused("this is no JSON object with one member") from None
        if not text.endswith(b"\n") or not isinstance(data, dict):
            raise self._refused("the line is cut off")
        return name, data

    def _begin(self, data: dict[str, Any]) -> None:
        if data.get("format") != FORMAT:
            raise self._refused(f"the header does not say {FORMAT}")
        if data.get("version") != VERSION:
            raise self._refused(
                f"it has version {data.get('version')}, and this program reads {VERSION}; update it"
            )
        if data.get("keys") not in list(Keys):
            raise self._refused("the header does not say what it holds of keys")
        self._header = data

    def _row(self, name: str, data: Any, size: int) -> Row:
        part = next((part for part in PARTS if part == name), None)
        if part is None:
            raise self._refused(f"{name!r} is no part of a dump")
        try:
            item = decoded(part, data)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise self._refused(f"this is no {part}: {problem}") from problem
        if moved(item, Keys(self._header["keys"])) != item:
            raise self._refused(f"a dump of keys {self._header['keys']!r} never holds {_named(item)}")
        at = (PARTS.index(part), place(item))
        if self._counts_any() and at <= self._last:
            raise self._refused(f"this {part} is there already, or not in order")
        self._last = at
        self._counts[part] += 1
        return Row(part, item, at[1], size)

    def _counts_any(self) -> bool:
        return any(self._counts.values())

    def _end(self, data: dict[str, Any]) -> None:
        if self._n == 1:
            raise self._refused("the header is missing")
        if not self._counts == self._header.get("counts") == data.get("counts"):
            raise self._refused(f"it has {self._counts} and says {data.get('counts')}")
        if data.get("sha256") != self._sha256.hexdigest():
            raise self._refused("the checksum does not fit: something was altered")
        self.summary = Summary(dict(self._counts), data["sha256"], Keys(self._header["keys"]))

    def _refused(self, why: str) -> DumpRefused:
        return DumpRefused(self._n, why)


def _named(item: Item) -> str:
    return f"this document {item.kind!r}" if isinstance(item, Document) else "the token of a claim"


async def verify(lines: AsyncIterator[bytes]) -> Summary:
    """Reads the whole dump and keeps nothing of it. Raises DumpRefused."""
    reading = Reading(lines)
    async for _ in reading.rows():
        pass
    if reading.summary is None:
        raise DumpRefused(0, "there is nothing in it")
    return reading.summary
