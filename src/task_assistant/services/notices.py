"""What there is to tell the person now, read from the board as it is: what was settled meanwhile is not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from task_assistant.domain import notifications
from task_assistant.domain.lanes import claimable
from task_assistant.domain.notifications import UNSEEN, Notice
from task_assistant.domain.ordering import Key, Sort, key, micros
from task_assistant.domain.reminders import place
from task_assistant.domain.roles import SYSTEM, Role
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.times import from_text
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.services.agents import EVERYBODY, Agents
from task_assistant.services.desk import Desk
from task_assistant.services.webhooks import Webhooks

# What is looked at in one round: the newest, and a page of the rest, which is another one after `turn`. So what is new
# is seen at once, everything is seen in the end, and a round costs the same on a board of any size.
NEWEST = 200  # blocked tasks, and results
REMINDERS = 1_000  # times that have passed
LATELY = timedelta(hours=1)
READY = 100  # claimable tasks that are looked at


class Notices:
    """Reads them; whether and when they are sent is decided elsewhere."""

    def __init__(self, desk: Desk, agents: Agents, hooks: Webhooks) -> None:
        self._desk = desk
        self._agents = agents
        self._hooks = hooks
        # The last task of the page before, and of this one where more follows; of times that have passed under None.
        self._reached: dict[Lane | None, Key] = {}
        self._next: dict[Lane | None, Key] = {}

    def turn(self) -> None:
        """What is to be told of this page was told: the next look is at the next one, after the last at the first."""
        self._reached, self._next = self._next, {}

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
        found = await self._passed(now)
        for lane in (Lane.BLOCKED, Lane.REVIEW):
            found += await self._in(lane, now)
        return found

    async def _passed(self, now: datetime) -> list[Task]:
        due, everything, reached = self._desk.store.due_reminders, sight(SYSTEM), self._reached.get(None)
        page = await due(now, everything, REMINDERS, reached)
        if len(page) == REMINDERS:
            self._next[None] = place(page[-1])
        elif reached is None:
            return page
        return page + await due(now, everything, REMINDERS, (micros(now - LATELY), 0))

    async def _in(self, lane: Lane, now: datetime) -> list[Task]:
        query = Query(now, sight(SYSTEM), NEWEST, lanes=frozenset({lane}), sort=Sort.UPDATED)
        newest = await self._desk.store.find(query)
        if len(newest) < NEWEST:
            return newest
        reached = self._reached.get(lane) or key(newest[-1], Sort.UPDATED, now)
        page = await self._desk.store.find(replace(query, after=reached))
        if len(page) == NEWEST:
            self._next[lane] = key(page[-1], Sort.UPDATED, now)
        return newest + page

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
