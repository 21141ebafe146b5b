"""Ids without a counter: integers below 2^53 that rise with time, with random bits against other processes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final

START: Final = 1_577_836_800_000  # 2020-01-01 in milliseconds: 41 bits last until 2089
BITS: Final = 12


def key(task_id: int) -> str:
    """The document's name of a number: as text in the same order."""
    return f"{task_id:016d}"


class Numbers:
    """Numbers of this process: each larger than the one before. Another process may hit the same: writing tells."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._last = 0

    def take(self, n: int, above: int = 0) -> range:
        """The next `n` in a row, all of them larger than `above`."""
        now = (int(self._clock() * 1000) - START << BITS) | random.getrandbits(BITS)
        first = max(now, self._last + 1, above + 1)
        self._last = first + n - 1
        return range(first, first + n)
