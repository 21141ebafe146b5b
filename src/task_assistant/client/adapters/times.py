"""Times as sources write them; what is no time is None, so that one odd field does not lose an item."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo
from typing import Final

END_OF_DAY: Final = time(17)  # as in quick-add: a date without a time is the end of the working day


def from_iso(text: str, zone: tzinfo = UTC) -> datetime | None:
    """ISO 8601; a bare date is 17:00 of that day in `zone`, a time without an offset is in `zone`."""
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) == len("2026-05-07"):
        read = datetime.combine(read.date(), END_OF_DAY)
    return read if read.tzinfo else read.replace(tzinfo=zone)


def from_seconds(text: str) -> datetime | None:
    """Seconds since 1970, with or without a fraction."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def from_milliseconds(number: float | None) -> datetime | None:
    """Milliseconds since 1970."""
    return None if number is None else from_seconds(str(number / 1000))
