"""The person's calendar feed: an address with a secret of its own, and what stands in it.

There is one address at a time. Its secret reads the calendar and nothing else, is kept as SHA-256, and is told once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from task_assistant.domain.calendar import Entry, entries, estimate
from task_assistant.domain.claims import digest
from task_assistant.domain.errors import NotFound, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.ordering import Sort, micros
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.times import from_text
from task_assistant.domain.visibility import sight
from task_assistant.ports.documents import Document
from task_assistant.ports.queries import Query
from task_assistant.services.desk import Desk

KIND = "calendar"
PREFIX = "pta_calendar_"
LOOKS_BACK = timedelta(days=90)  # what is longer over is in no calendar any more
MOST = 1_000  # tasks; the earliest ones
MOST_ESTIMATES = 500
# Whoever has the address sees what a reader's key sees: private tasks never leave for a calendar (PRODUCT, rule 7).
HOLDER = Caller(Role.READER, "calendar", "calendar")


@dataclass(frozen=True, slots=True)
class Address:
    """That there is a calendar address, without its secret."""

    created_at: datetime


class Calendar:
    """Makes and ends the address, and reads the calendar for whoever has it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[bool, tuple[tuple[int, datetime], list[Entry]]] = {}

    async def address(self, caller: Caller) -> Address | None:
        """The address that there is, None without one. Raises RoleForbidden."""
        _check_owner(caller, "ask about the calendar address")
        found = await self._desk.store.documents(KIND, self._desk.now())
        made = [from_text((each.data or {})["created_at"]) for each in found]
        return Address(max(made)) if made else None

    async def create(self, caller: Caller) -> tuple[Address, str]:
        """A new address and its secret, told this once; the one before ends. Raises RoleForbidden."""
        _check_owner(caller, "make a calendar address")
        now, secret = self._desk.now(), PREFIX + self._desk.secrets.token()
        made = Document(KIND, digest(secret), {"created_at": to_plain(now)})
        await self._commit(caller, "calendar address made", [*await self._ended(), made])
        return Address(now), secret

    async def revoke(self, caller: Caller) -> None:
        """Ends the address at once. Raises RoleForbidden, NotFound."""
        _check_owner(caller, "end the calendar address")
        gone = await self._ended()
        if not gone:
            raise NotFound("calendar address", "yours")
        await self._commit(caller, "calendar address ended", gone)

    async def opens(self, secret: str) -> bool:
        """Whether this is the secret of the address."""
        if not secret.startswith(PREFIX):
            return False
        return await self._desk.store.document(KIND, digest(secret), self._desk.now()) is not None

    async def entries(self, *, estimates: bool = False) -> list[Entry]:
        """What stands in the calendar, earliest first; with `estimates` also the due times that the server estimated.

        Reading it again costs one small read while nothing happens.
        """
        today = self._desk.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        state = (await self._desk.store.position(), today)
        known = self._known.get(estimates)
        if known is None or known[0] != state:
            known = self._known[estimates] = (
                state,
                await self._read(today - LOOKS_BACK, estimates=estimates),
            )
        return known[1]

    async def _read(self, since: datetime, *, estimates: bool) -> list[Entry]:
        tasks = await self._desk.store.dated(since, sight(HOLDER), MOST)
        found = [entry for task in tasks for entry in entries(task) if entry.at >= since]
        if estimates:
            found += await self._estimates(since)
        return sorted(found, key=lambda entry: (entry.at, entry.task_id, entry.kind))

    async def _estimates(self, since: datetime) -> list[Entry]:
        after = (micros(since), 0)
        query = Query(self._desk.now(), sight(HOLDER), MOST_ESTIMATES, sort=Sort.DUE, after=after)
        return [entry for task in await self._desk.store.find(query) if (entry := estimate(task)) is not None]

    async def _ended(self) -> list[Document]:
        found = await self._desk.store.documents(KIND, self._desk.now())
        return [Document(KIND, each.key, None) for each in found]

    async def _commit(self, caller: Caller, text: str, documents: list[Document]) -> None:
        event = self._desk.board_event(caller, EventType.CALENDAR_CHANGED, text)
        await self._desk.commit(caller, events=[event], documents=documents)


def _check_owner(caller: Caller, action: str) -> None:
    if not caller.owner:
        raise RoleForbidden(caller.role.value, action)
