"""Source health and ingestion memory: what adapters report, and what they need not process again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from task_assistant.domain import sources
from task_assistant.domain.errors import RoleForbidden, ScopedKey, TaskNotFound, invalid
from task_assistant.domain.history import EventType
from task_assistant.domain.plain import to_plain
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document
from task_assistant.services.desk import Desk


class Sources:
    """Reports, the list of sources, and decisions on their items."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def report(self, caller: Caller, said: dict[str, Any]) -> dict[str, Any]:
        """Takes a source's report and returns the source; an older one than is known is ignored.

        Raises InvalidFields for a `checked_at` more than five minutes ahead, RoleForbidden for readers and for a
        source that another key reports.
        """
        self._check_feeder(caller, "report sources")
        now = self._desk.now()
        checked_at = said.get("checked_at") or now
        if checked_at - now > sources.CLOCK_SKEW:
            raise invalid("checked_at", "is more than five minutes in the future; check the clock")
        known = await self._known(said["source_id"])
        self._check_own(caller, known)
        fresh = sources.report(known, said, caller.actor, checked_at)
        if fresh is None:
            return self._shown(known or {})
        events = []
        if known is None or known["status"] != fresh["status"]:
            text = f"{fresh['source_name']}: {fresh['status']}"
            events.append(self._desk.board_event(caller, EventType.SOURCE_CHANGED, text))
        await self._desk.commit(
            caller, events=events, documents=[Document("source", fresh["source_id"], fresh)]
        )
        return self._shown(fresh)

    async def _known(self, source_id: str) -> dict[str, Any] | None:
        document = await self._desk.store.document("source", source_id, self._desk.now())
        return document.data if document else None

    def _shown(self, source: dict[str, Any]) -> dict[str, Any]:
        return {**source, "stale": sources.stale(source, self._desk.now())}

    async def all(self, caller: Caller) -> list[dict[str, Any]]:
        """All sources, worst first; an adapter sees its own."""
        found = await self._desk.store.documents("source", self._desk.now())
        known = [document.data for document in found if document.data is not None]
        if caller.role not in (Role.OWNER, Role.READER):
            known = [source for source in known if source["reported_by"] == caller.actor]
        return [self._shown(source) for source in sorted(known, key=sources.worst_first)]

    def _check_feeder(self, caller: Caller, action: str) -> None:
        if caller.role is Role.READER:
            raise RoleForbidden(caller.role.value, action, "use an adapter's key")
        if caller.task_id is not None:
            raise ScopedKey(caller.task_id)

    def _check_own(self, caller: Caller, known: dict[str, Any] | None) -> None:
        """Raises RoleForbidden for a source that another key reports; the person's an adapter may take on."""
        if known is None or caller.owner or known["reported_by"] == caller.actor:
            return
        if caller.role is not Role.ADAPTER or known["reported_by"] != "human":
            action = f"speak for the source of {known['reported_by']}"
            raise RoleForbidden(caller.role.value, action, "choose another source_id")

    async def check(
        self, caller: Caller, source_id: str, items: Sequence[dict[str, str]]
    ) -> list[dict[str, Any]]:
        """Each item with `should_process` and the decision known of it, in input order."""
        self._check_feeder(caller, "check items")
        self._check_own(caller, await self._known(source_id))
        now = self._desk.now()
        keys = [_item_key(source_id, item["source_item_id"]) for item in items]
        found = await self._desk.store.documents("decision", now, keys)
        known = {document.key: document.data for document in found}
        return [
            {
                **item,
                "should_process": sources.should_process(known.get(key), item["content_fingerprint"], now),
                "existing_decision": known.get(key),
            }
            for item, key in zip(items, keys, strict=True)
        ]

    async def decide(self, caller: Caller, said: dict[str, Any]) -> dict[str, Any]:
        """Remembers what became of an item.

        Raises TaskNotFound for a task that the caller may not read and did not make.
        """
        self._check_feeder(caller, "record decisions")
        self._check_own(caller, await self._known(said["source_id"]))
        if said.get("task_id") is not None and not caller.owner:
            task = await self._desk.store.get(said["task_id"])
            if task is None or not (self._made(caller, task) or await self._desk.may_see(caller, task)):
                raise TaskNotFound(said["task_id"])
        data = {name: to_plain(value) for name, value in said.items()} | {
            "decided_at": to_plain(self._desk.now())
        }
        key = _item_key(said["source_id"], said["source_item_id"])
        tasks = (said["task_id"],) if said.get("task_id") is not None else ()
        await self._desk.commit(caller, documents=[Document("decision", key, data, tasks=tasks)])
        return data

    def _made(self, caller: Caller, task: Task) -> bool:
        return task.created_by == caller.actor and task.deleted_at is None


def _item_key(source_id: str, item_id: str) -> str:
    return hashlib.sha256(f"{source_id}\n{item_id}".encode()).hexdigest()
