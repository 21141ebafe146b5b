"""Estimated due dates: how long a task of each priority may age before it deserves a date of its own (seed)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

DAYS_BY_PRIORITY = {1: 1, 2: 3, 3: 7, 4: 14, 5: 30}
# A deadline that is a day without a time of day.
WORKDAY_ENDS = time(17)
LATEST = datetime.max.replace(tzinfo=UTC)


def estimate(created_at: datetime, priority: int) -> datetime:
    """The server's estimate: `created_at` plus the days of the priority (1–5), never past the last possible time."""
    days = timedelta(days=DAYS_BY_PRIORITY[priority])
    return LATEST if created_at > LATEST - days else created_at + days
