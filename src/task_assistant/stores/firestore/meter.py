"""How much a store has read and written, as Firestore bills it: what tests hold it to and costs are computed from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

COUNTED_AT_ONCE = 1_000  # index entries that one billed read of a count covers


@dataclass(slots=True)
class Meter:
    """Billed reads, writes and deletes by collection. A query that finds nothing is one read, and so is a count."""

    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    deletes: Counter[str] = field(default_factory=Counter)

    def found(self, collection: str, documents: int) -> None:
        """A query has given out so many documents."""
        self.reads[collection] += max(1, documents)

    def counted(self, collection: str, entries: int) -> None:
        """A count has gone over so many index entries."""
        self.reads[f"{collection} counted"] += max(1, -(-entries // COUNTED_AT_ONCE))

    @contextmanager
    def part(self) -> Iterator[Meter]:
        """What is read and written inside the block alone."""
        before = Meter(self.reads.copy(), self.writes.copy(), self.deletes.copy())
        during = Meter()
        yield during
        during.reads = self.reads - before.reads
        during.writes = self.writes - before.writes
        during.deletes = self.deletes - before.deletes
