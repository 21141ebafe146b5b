"""What there is to tell the person now, read from the board as it is: what was settled meanwhile is not told."""

from __future__ import annotations

from datetime import datetime

from task_assistant.domain import notifications
from task_assistant.domain.lanes import claimable
from task_assistant.domain.notifications import UNSEEN, Notice
from task_assistant.domain.ordering import Sort
from task_assistant.domain.roles import SYSTEM, Role
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.times import from_text
from task_assistant.domain.visibility import sight
from task_assistant.ports.store import Query
from task_assistant.services.agents import EVERYBODY, Agents
from task_assistant.services.desk import Desk
from task_assistant.services.webhooks import Webhooks

NEWEST = (
    200  # blocked tasks and results that are looked at, the newest: older ones were told when they were new
)
REMINDERS = 1_000  # times passed that are looked at, the earliest
READY = 100  # claimable tasks that are looked at


class Notices:
    """Reads them; whether and when they are sent is decided elsewhere."""

    def __init__(self, desk: Desk, agents: Agents, hooks: Webhooks) -> None:
        self._desk = desk
        self._agents = agents
        self._hooks = hooks

    async def now(self, today: str) -> list[Notice]:
        """All of them, told or not; `today` is the person's date."""
        now = self._desk.now()
        tasks = {task.id: task for task in await self._tasks(now)}
        found = [notice for task in tasks.values() for notice in notifications.of_task(task, now)]
        for source in await self._desk.store.documents("source", now):
            found += notifications.of_source(source.data or {}, now)
        for hook in await self._hooks.hooks():
            found += notifications.of_webhook(hook)
        return found + await self._unclaimed(now, today)

    async def _tasks(self, now: datetime) -> list[Task]:
        store, everything = self._desk.store, sight(SYSTEM)
        found = await store.due_reminders(now, everything, REMINDERS)
        for lane in (Lane.BLOCKED, Lane.REVIEW):
            query = Query(now, everything, NEWEST, lanes=frozenset({lane}), sort=Sort.UPDATED)
            found += await store.find(query)
        return found

    async def _unclaimed(self, now: datetime, today: str) -> list[Notice]:
        """Work that is ready while no agent comes; not while the person has paused all agents."""
        store = self._desk.store
        if EVERYBODY in await self._agents.names() or await store.held_by(None, now, 1):
            return []
        query = Query(now, sight(SYSTEM), READY, lanes=frozenset({Lane.AGENT}))
        ready = [task for task in await store.find(query) if claimable(task, now) and not task.private]
        since = min((task.updated_at for task in ready), default=now)
        if since + UNSEEN > now:
            return []
        seen = await self._agent_seen(now)
        fresh = seen is not None and seen + UNSEEN > now
        return [] if fresh else notifications.unclaimed(len(ready), since, seen, today)

    async def _agent_seen(self, now: datetime) -> datetime | None:
        """When an agent's key was last used, to the minute."""
        keys = [document.data or {} for document in await self._desk.store.documents("key", now)]
        used = [key["last_used_at"] for key in keys if key.get("role") == Role.AGENT and key["last_used_at"]]
        return max(map(from_text, used), default=None)
