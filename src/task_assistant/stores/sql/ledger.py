"""The maintained counters: how many tasks stand where and are due when, changed by what a transaction moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from task_assistant.stores.sql.statements import Connection, Statement

HOUR = 3_600_000_000  # in microseconds
SPANS = (1, 24)  # in hours
COUNT_SHELF = Statement(
    text(
        "INSERT INTO shelf_counts (shelf, base, n) VALUES (:shelf, :base, :n) "
        "ON CONFLICT (shelf, base) DO UPDATE SET n = shelf_counts.n + excluded.n RETURNING n"
    )
)
CLEAR_SHELF = Statement(text("DELETE FROM shelf_counts WHERE shelf = :shelf AND base = :base AND n = 0"))
COUNT_DUE = Statement(
    text(
        "INSERT INTO due_counts (private, span, start, n) VALUES (:private, :span, :start, :n) "
        "ON CONFLICT (private, span, start) DO UPDATE SET n = due_counts.n + excluded.n RETURNING n"
    )
)
CLEAR_DUE = Statement(
    text("DELETE FROM due_counts WHERE private = :private AND span = :span AND start = :start AND n = 0")
)


class Ledger:
    """Adds up what rows leave and enter, and writes only what changed in the end."""

    def __init__(self) -> None:
        self._shelves: Counter[tuple[int, int]] = Counter()
        self._due: Counter[tuple[int, int, int]] = Counter()

    def leave(self, row: Mapping[str, Any]) -> None:
        """A row as it was."""
        self._add(row, -1)

    def enter(self, row: Mapping[str, Any]) -> None:
        """A row as it is now."""
        self._add(row, 1)

    def _add(self, row: Mapping[str, Any], n: int) -> None:
        if row["shelf"] is not None:
            self._shelves[row["shelf"], row["base"]] += n
        if row["live_due_at"] is not None:
            for span in SPANS:
                self._due[row["private"], span, row["live_due_at"] // (span * HOUR)] += n

    async def settle(self, connection: Connection) -> None:
        """Writes the differences; a count of nothing has no row."""
        for (shelf, base), n in self._shelves.items():
            place = {"shelf": shelf, "base": base, "n": n}
            if n and not (await connection.execute(COUNT_SHELF, place))[0][0]:
                await connection.execute(CLEAR_SHELF, place)
        for (private, span, start), n in self._due.items():
            when = {"private": private, "span": span, "start": start, "n": n}
            if n and not (await connection.execute(COUNT_DUE, when))[0][0]:
                await connection.execute(CLEAR_DUE, when)
