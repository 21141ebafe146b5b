"""How long to wait before trying again."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

FIRST: Final = 1.0  # seconds
LONGEST: Final = 300.0
LONGEST_NAMED: Final = 3_600.0  # a source that asks for more is asked again after an hour


class Backoff:
    """Doubles from a second to five minutes, with jitter; never shorter than what `Retry-After` asked for."""

    def __init__(self, jitter: random.Random | None = None) -> None:
        self._jitter, self._failures = jitter or random.Random(), 0

    def failed(self, retry_after: float | None = None) -> float:
        """Seconds to wait after one more failure."""
        own = min(FIRST * float(2 ** min(self._failures, 10)), LONGEST) * self._jitter.uniform(0.75, 1.25)
        self._failures += 1
        return max(own, min(retry_after or 0.0, LONGEST_NAMED))

    def worked(self) -> None:
        """The next failure begins with the shortest wait."""
        self._failures = 0


def seconds_of(header: str | None, now: datetime | None = None) -> float | None:
    """`Retry-After` (RFC 9110, section 10.2.3) as seconds: a number, or a date; None for anything else."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max((at - (now or datetime.now(UTC))).total_seconds(), 0.0)
