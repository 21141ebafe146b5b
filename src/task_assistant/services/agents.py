"""The stop button.

The person pauses all agents or one; claims answer so, and holders learn it at their next heartbeat.
"""

from __future__ import annotations

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Caller
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk

EVERYBODY = "*"


class Agents:
    """Pauses and resumes agents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: tuple[int, frozenset[str]] = (-1, frozenset())

    async def pause(self, caller: Caller, name: str | None) -> list[str]:
        """Pauses one agent, or all when `name` is None; who is paused now."""
        data = {"at": to_plain(self._desk.now())}
        return await self._set(caller, name, data, EventType.AGENTS_PAUSED)

    async def resume(self, caller: Caller, name: str | None) -> list[str]:
        """Ends the pause of one agent, or every pause when `name` is None; who is paused now."""
        return await self._set(caller, name, None, EventType.AGENTS_RESUMED)

    async def _set(
        self, caller: Caller, name: str | None, data: dict[str, str] | None, kind: EventType
    ) -> list[str]:
        if not caller.owner:
            raise RoleForbidden(caller.role.value, "pause or resume agents")
        keys = [name or EVERYBODY]
        if data is None and name is None:
            keys = [pause.key for pause in await self._desk.store.documents("pause", self._desk.now())]
        event = self._desk.board_event(caller, kind, name or "all agents")
        await self._desk.commit(
            caller, events=[event], documents=[Document("pause", key, data) for key in keys]
        )
        return sorted(await self._paused_names())

    async def _paused_names(self) -> frozenset[str]:
        stamp = await self._desk.store.stamp()
        if self._known[0] != stamp:
            pauses = await self._desk.store.documents("pause", self._desk.now())
            self._known = (stamp, frozenset(pause.key for pause in pauses))
        return self._known[1]

    async def names(self) -> list[str]:
        """Who is paused: names, or `*` for all."""
        return sorted(await self._paused_names())

    async def paused(self, caller: Caller) -> str | None:
        """Who is paused, in words, when the caller is among them. The person is never paused."""
        names = frozenset() if caller.owner else await self._paused_names()
        if EVERYBODY in names:
            return "all agents"
        return caller.name if caller.name in names else None
