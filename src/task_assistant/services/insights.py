"""The numbers of `/insights`, kept day by day: a projection of the event feed.

A day is a small document of counters, a task a few numbers that the next event of it needs; the ages of open tasks are
counted by the day on which they began to wait. So a request reads as many documents as it shows days, whatever the size
of the board, and everything can be made anew from the feed. Private tasks are counted apart, for the owner only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.history import Event
from task_assistant.domain.insights import Count, Known, Stage, follow
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, QuestionKind, Status
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk
from task_assistant.services.figures import Counted, Figures, figures
from task_assistant.services.projection import Projection
from task_assistant.services.usage import KEPT_DAYS as COSTS_KEPT
from task_assistant.services.usage import Usage

DAY, TASK, AGES, CURSOR = "insights_day", "insights_task", "insights_ages", "insights_cursor"
KEPT_DAYS = 400
MOST_WEEKS = 52
PRIVATE = " private"
Numbers = dict[str, dict[str, int]]


class Insights:
    """Counts and reads."""

    def __init__(self, desk: Desk, usage: Usage) -> None:
        self._desk = desk
        self._usage = usage
        self._projection = Projection(desk, CURSOR, self._keep)

    async def count(self) -> int:
        """Follows the feed to its end; how many events were read. The server calls it every few seconds."""
        return await self._projection.follow()

    async def read(self, caller: Caller, weeks: int) -> Figures:
        """The figures of the last weeks, this one included. Raises RoleForbidden."""
        if caller.role not in (Role.OWNER, Role.READER):
            raise RoleForbidden(caller.role.value, "read the insights")
        today = self._desk.now().astimezone(UTC).date()
        first = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
        days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
        counted = Counted(
            today, weeks, await self._days(days, private=caller.owner), await self._ages(private=caller.owner),
            await self._usage.days(caller, min(len(days), COSTS_KEPT)) if caller.owner else None,
            await self._desk.store.position() - await self._projection.counted_to(),
        )  # fmt: skip
        return figures(counted)

    async def _days(self, days: Sequence[date], *, private: bool) -> dict[date, Numbers]:
        ends = ("", PRIVATE) if private else ("",)
        keys = [f"{day}{end}" for day in days for end in ends]
        found = await self._desk.store.documents(DAY, self._desk.now(), keys)
        together: dict[date, Numbers] = {}
        for each in found:
            _add(together.setdefault(date.fromisoformat(each.key[:10]), {}), each.data or {})
        return together

    async def _ages(self, *, private: bool) -> dict[Stage, dict[date, int]]:
        """How many open tasks wait in each stage since which day."""
        ages: dict[Stage, dict[date, int]] = {}
        for each in await self._desk.store.documents(AGES, self._desk.now()):
            stage, _, apart = each.key.partition(" ")
            if apart and not private:
                continue
            known = ages.setdefault(Stage(stage), {})
            for day, n in (each.data or {}).items():
                known[date.fromisoformat(day)] = known.get(date.fromisoformat(day), 0) + n
        return ages

    # -- counting ------------------------------------------------------------------------------------------------------

    async def _keep(self, events: Sequence[Event]) -> list[Document]:
        """The documents of these events' days, tasks and stages, as they are afterwards."""
        told = [event for event in events if event.task_id is not None]
        tasks = await self._kept(TASK, {str(event.task_id) for event in told})
        known: dict[str, Known | None] = {key: _known(data) for key, data in tasks.items()}
        counts: dict[str, Numbers] = {}
        moves: dict[str, dict[str, int]] = {}
        for event in told:
            key = str(event.task_id)
            before = known.get(key)
            after, found = follow(before, event)
            known[key] = after
            _tally(counts, event, after, found)
            _move(moves, before, after)
        kept = (Document(TASK, key, _plain(it), expires_at=_ends(it)) for key, it in known.items() if it)
        return [*kept, *await self._days_with(counts), *await self._ages_with(moves)]

    async def _kept(self, kind: str, keys: set[str]) -> dict[str, dict[str, Any]]:
        found = await self._desk.store.documents(kind, self._desk.now(), sorted(keys)) if keys else []
        return {each.key: each.data for each in found if each.data is not None}

    async def _days_with(self, counts: dict[str, Numbers]) -> list[Document]:
        days = await self._kept(DAY, set(counts))
        for key, more in counts.items():
            _add(days.setdefault(key, {}), more)
        ends = {key: from_text(f"{key[:10]}T00:00:00Z") + timedelta(days=KEPT_DAYS) for key in days}
        return [Document(DAY, key, data, expires_at=ends[key]) for key, data in days.items()]

    async def _ages_with(self, moves: dict[str, dict[str, int]]) -> list[Document]:
        """A day on which none of the open tasks began to wait is forgotten."""
        kept = await self._kept(AGES, set(moves))
        for key, more in moves.items():
            ages = {AGES: kept.setdefault(key, {})}
            _add(ages, {AGES: more})
            kept[key] = {day: n for day, n in ages[AGES].items() if n}
        return [Document(AGES, key, data) for key, data in kept.items()]


def _add(numbers: Numbers, more: Numbers) -> None:
    for what, whom in more.items():
        known = numbers.setdefault(what, {})
        for name, n in whom.items():
            known[name] = known.get(name, 0) + n


def _tally(counts: dict[str, Numbers], event: Event, known: Known | None, found: Sequence[Count]) -> None:
    day = event.at.astimezone(UTC).date().isoformat() + (
        PRIVATE if known is not None and known.private else ""
    )
    for each in found:
        _add(counts.setdefault(day, {}), {each.what: {each.whom: each.n}})


def _move(moves: dict[str, dict[str, int]], before: Known | None, after: Known | None) -> None:
    """Takes the task from where it was among the ages to where it is."""
    for known, n in ((before, -1), (after, 1)):
        if known is not None and known.stage is not None:
            place = moves.setdefault(known.stage + (PRIVATE if known.private else ""), {})
            day = known.since.astimezone(UTC).date().isoformat()
            place[day] = place.get(day, 0) + n


def _ends(known: Known) -> datetime | None:
    """An open task is remembered; a closed one as long as the days are."""
    return None if known.stage is not None else known.since + timedelta(days=KEPT_DAYS)


def _plain(known: Known) -> dict[str, Any]:
    return {name: to_plain(getattr(known, name)) for name in Known.__slots__}


def _known(data: dict[str, Any]) -> Known:
    times = {name: from_text(data[name]) for name in ("created_at", "since")}
    due, stage, kind = data["due"], data["stage"], data["kind"]
    return Known(
        **{
            **data,
            **times,
            "stage": Stage(stage) if stage else None,
            "status": Status(data["status"]),
            "owner": Owner(data["owner"]),
            "kind": QuestionKind(kind) if kind else None,
            "due": from_text(due) if due else None,
        }
    )
