"""What each agent used and cost, day by day: counted from the attempts that the event feed tells of.

The count is a projection: each ended attempt is added to a small document of its day and agent, so no agent's call
waits for it and reading it costs the same on every board. It may be a few seconds behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from task_assistant.domain import limits
from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.history import Event
from task_assistant.domain.roles import Caller
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk
from task_assistant.services.projection import Projection

KIND, CURSOR = "usage", "usage_cursor"
KEPT_DAYS = 35
HANDED_BACK = "submitted"
TOKENS = ("input_tokens", "output_tokens")


@dataclass(frozen=True, slots=True)
class Used:
    """What one agent used on one day (UTC), over the attempts that ended then.

    `attempts` counts all of them, `handed_back` those with a result, `reported` those that said what they used.
    `costs` are exact, by currency ("" when none was named), in order of name.
    """

    day: date
    agent: str
    attempts: int
    handed_back: int
    reported: int
    input_tokens: int
    output_tokens: int
    costs: tuple[tuple[str, Decimal], ...]


class Usage:
    """Counts and reads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._projection = Projection(desk, CURSOR, self._keep)

    async def days(self, caller: Caller, days: int) -> list[Used]:
        """The last days, newest first, agents by name. One read. Raises RoleForbidden."""
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "read what agents cost")
        first = self._desk.now().astimezone(UTC).date() - timedelta(days=days - 1)
        found = await self._desk.store.documents(KIND, self._desk.now())
        used = [_used(each.data) for each in found if each.data is not None]
        shown = [each for each in used if each.day >= first]
        return sorted(shown, key=lambda each: (-each.day.toordinal(), each.agent))

    async def count(self) -> int:
        """Follows the feed to its end; how many events were read. The server calls it every few seconds."""
        return await self._projection.follow()

    async def _keep(self, events: Sequence[Event]) -> list[Document]:
        return await self._added([attempt for event in events for attempt in await self._ended(event)])

    async def _ended(self, event: Event) -> list[dict[str, Any]]:
        """The attempt whose end the event tells of: none, or one; none any more if its task was purged."""
        held = _claim_ended(event)
        if held is None or event.task_id is None or self._desk.now() - event.at > timedelta(days=KEPT_DAYS):
            return []
        records = await self._desk.store.records(event.task_id, ["attempt"], limits.PAGE)
        same = [(record.data or {}) for record in records]
        return [a for a in same if (a["agent"], a["claimed_at"]) == (held["agent"], held["claimed_at"])][:1]

    async def _added(self, attempts: Iterable[dict[str, Any]]) -> list[Document]:
        """The documents of the days and agents of these attempts, with them added."""
        by_key: dict[str, list[dict[str, Any]]] = {}
        for attempt in attempts:
            by_key.setdefault(f"{attempt['ended_at'][:10]} {attempt['agent']}", []).append(attempt)
        found = await self._desk.store.documents(KIND, self._desk.now(), sorted(by_key)) if by_key else []
        known = {each.key: each.data for each in found}
        return [_document(key, known.get(key), own) for key, own in by_key.items()]


def _claim_ended(event: Event) -> dict[str, Any] | None:
    """The claim that this event ended."""
    before, after = event.changes.get("claim", (None, None))
    ended = before is not None and (after is None or after["claimed_at"] != before["claimed_at"])
    return dict(before) if ended else None


def _document(key: str, known: dict[str, Any] | None, attempts: list[dict[str, Any]]) -> Document:
    day, agent = key[:10], key[11:]
    data = dict(
        known or {"day": day, "agent": agent, "attempts": 0, "handed_back": 0, "reported": 0, "costs": {}}
    )
    for attempt in attempts:
        usage = attempt["usage"] or {}
        data["attempts"] += 1
        data["handed_back"] += attempt["outcome"] == HANDED_BACK
        data["reported"] += bool(usage)
        for name in TOKENS:
            data[name] = data.get(name, 0) + int(usage.get(name) or 0)
        data["costs"] = _plus(data["costs"], usage)
    ends = from_text(f"{day}T00:00:00Z") + timedelta(days=KEPT_DAYS + 1)
    return Document(KIND, key, data, expires_at=ends)


def _plus(costs: dict[str, str], usage: dict[str, Any]) -> dict[str, str]:
    try:
        cost = Decimal(str(usage["cost"]))
    except (KeyError, InvalidOperation):
        return costs
    currency = str(usage.get("currency") or "")
    return {**costs, currency: str(Decimal(costs.get(currency, "0")) + cost)}


def _used(data: dict[str, Any]) -> Used:
    costs = tuple(sorted((currency, Decimal(cost)) for currency, cost in data["costs"].items()))
    counts = {name: data.get(name, 0) for name in ("attempts", "handed_back", "reported", *TOKENS)}
    return Used(day=date.fromisoformat(data["day"]), agent=data["agent"], costs=costs, **counts)
