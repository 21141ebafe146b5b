"""A desk at which quick-add lines are typed: Monday 23 November 2026, 10:00, in Berlin, unless said otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from task_assistant.domain.quick_add import QuickAdd, parse

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """`2026-11-27 09:00` on the clocks of the zone, as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def quick(text: str, now: str | None = None, zone: ZoneInfo = BERLIN) -> QuickAdd:
    """The line, read; `now` is on the clocks of the zone."""
    return parse(text, NOW if now is None else local(now, zone), zone)


def reasons(read: QuickAdd) -> list[str]:
    """Why things stay in the title: the sentences without their beginning."""
    return [piece.sentence.partition("stays in the title: ")[2] for piece in read.unsure]
