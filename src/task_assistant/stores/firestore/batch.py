"""What one commit writes, as plain data: the gateway turns it into one atomic request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Fields = Mapping[str, Any]
Stamp = Any  # a document's update time, as the server gave it: what compare-and-set compares


class Do(Enum):
    """How one document is written."""

    CREATE = "create"  # refused if there is one
    PUT = "put"  # whatever there is
    CHANGE = "change"  # these fields; refused unless the document is still as it was at `seen`
    DROP = "drop"  # refused, where `seen` is given, unless it is as it was then
    ADD = "add"  # to the list in each field, whatever there is


@dataclass(frozen=True, slots=True)
class Op:
    """One document to write. A field of value None is removed."""

    do: Do
    collection: str
    key: str
    fields: Fields = field(default_factory=dict)
    seen: Stamp = None


@dataclass(slots=True)
class Batch:
    """Operations that become visible together or not at all, in this order."""

    ops: list[Op] = field(default_factory=list)

    def create(self, collection: str, key: str, fields: Fields) -> None:
        """A document that must not be there yet."""
        self.ops.append(Op(Do.CREATE, collection, key, fields))

    def put(self, collection: str, key: str, fields: Fields) -> None:
        """A document in place of any that is there."""
        self.ops.append(Op(Do.PUT, collection, key, fields))

    def change(self, collection: str, key: str, fields: Fields, seen: Stamp) -> None:
        """Fields of a document that must still be as it was seen."""
        self.ops.append(Op(Do.CHANGE, collection, key, fields, seen))

    def drop(self, collection: str, key: str, seen: Stamp = None) -> None:
        """No document, if given only while it is as it was seen."""
        self.ops.append(Op(Do.DROP, collection, key, seen=seen))

    def add(self, collection: str, key: str, fields: Fields) -> None:
        """Values for lists, each kept once."""
        self.ops.append(Op(Do.ADD, collection, key, fields))
