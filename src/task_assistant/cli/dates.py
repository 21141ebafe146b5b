"""Dates and one-line captures in the words of quick-add, read by the clock of this computer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from task_assistant.domain.quick_add import QuickAdd
    from task_assistant.domain.recurrence import Wish


def here() -> tuple[datetime, tzinfo]:
    """Now, and the zone of this computer, by its name where that can be told (a name knows of summer and winter)."""
    now = datetime.now(UTC)
    return now, _named() or now.astimezone().tzinfo or UTC


def _named() -> tzinfo | None:
    # Imported late: `pta --help` reads this file, and needs none of it.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def moment(words: str) -> str:
    """A time such as `tomorrow`, `fri 9am` or `2026-05-09` for the contract. Raises BadParameter."""
    # Imported late, here and below: the grammar takes its time, and most commands need none of it.
    from task_assistant.domain.quick_add import parse

    now, zone = here()
    read = parse(f"_ defer {words}", now, zone)
    if read.deferred_until is None or read.title != "_":
        raise typer.BadParameter(
            f"{words!r} is no date that I understand; try: tomorrow, fri 9am, in 2 weeks, 2026-05-09"
        )
    return read.deferred_until.isoformat()


def captures(text: str) -> Iterator[dict[str, Any]]:
    """The fields of a task for each line that says something. Raises BadParameter for a line that cannot be read."""
    from task_assistant.domain.quick_add import parse, parse_lines

    now, zone = here()
    if "\n" not in text.strip():
        yield fields(parse(text.strip(), now, zone))
        return
    pasted = parse_lines(text, now, zone)
    for failed in pasted.failed:
        raise typer.BadParameter(f"line {failed.number}: {failed.quick.error}")
    for found in pasted.tasks:
        yield fields(found.quick)


def fields(read: QuickAdd) -> dict[str, Any]:
    """What the line says, in the names of the contract. Raises BadParameter."""
    if read.error is not None:
        raise typer.BadParameter(read.error)
    said = {
        "title": read.title,
        "priority": read.priority,
        "assignee": read.assignee.value if read.assignee else None,
        "labels": list(read.labels) or None,
        "due_at": _text(read.due),
        "reminder_at": _text(read.reminder_at),
        "deferred_until": _text(read.deferred_until),
        "recurrence": _again(read.recurrence),
        "private": read.private or None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _again(wish: Wish | None) -> dict[str, Any] | None:
    if wish is None:
        return None
    said = {"rule": wish.rule, "after_done": wish.after_done, "zone": wish.zone}
    return {name: value for name, value in said.items() if value is not None}


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
