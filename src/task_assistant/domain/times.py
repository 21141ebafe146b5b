"""RFC 3339 times: aware datetimes in UTC inside, text ending in `Z` outside, exact to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime


def to_text(at: datetime) -> str:
    """`2026-05-07T09:00:00Z`, with microseconds only when there are any."""
    return at.isoformat().replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Any offset is accepted and turned into UTC; a naive time is UTC. Raises ValueError for anything else."""
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("the time is outside of the years 1 to 9999") from problem
