"""Which base scores there are on the board: what smart order asks for, value by value.

The set only grows (there are about 75 possible values, and a board has a dozen). It is kept in one document, which a
commit with a new value extends in the same batch, so whoever reads it after a task reads that task's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from task_assistant.stores.firestore.batch import Batch
from task_assistant.stores.firestore.gateway import Gateway

META: Final = "meta"
KEY: Final = "bases"
RESTING, PAST = -500, -2_000  # below: held or waiting; closed


@dataclass(slots=True)
class Stock:
    """The base scores, best first, in the three groups in which all of one rank before all of the next."""

    gateway: Gateway
    known: set[int] = field(default_factory=set)

    async def refresh(self) -> bool:
        """Reads the document; whether it had something new."""
        row = await self.gateway.get(META, KEY)
        fresh = set(row.fields["known"]) - self.known if row is not None else set()
        self.known |= fresh
        return bool(fresh)

    def enter(self, batch: Batch, bases: Iterable[int]) -> None:
        """Has the batch extend the document by what is new."""
        if fresh := sorted(set(bases) - self.known):
            batch.add(META, KEY, {"known": fresh})

    def learn(self, bases: Iterable[int]) -> None:
        """What a batch has written."""
        self.known.update(bases)

    def groups(self) -> tuple[list[int], list[int], list[int]]:
        """Ready, resting (held or waiting) and closed."""
        ordered = sorted(self.known, reverse=True)
        return (
            [base for base in ordered if base > RESTING],
            [base for base in ordered if PAST < base <= RESTING],
            [base for base in ordered if base <= PAST],
        )
