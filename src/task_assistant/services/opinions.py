"""Second opinions: an outside assessor, where the person has set one up, proposes for captures in the background.

Never for a private task, never over somebody's proposal, never more than the day's budget, whatever the number of
processes: each request first takes a numbered place of the day. What it proposes is measured like any proposal.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from task_assistant.domain import triaging
from task_assistant.domain.errors import Refusal
from task_assistant.domain.ordering import Sort
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.assessor import AssessorUnavailable, OutsideAssessor
from task_assistant.ports.documents import Document
from task_assistant.ports.queries import Query
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.assessor import matter_of
from task_assistant.services.desk import Desk

log = logging.getLogger("task_assistant")
KIND = "opinion"
LOOKED_AT, BITE = 50, 5  # captures that are looked at, and asked about in one go
REMEMBERED = 10_000
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


class Opinions:
    """One a process. Without an assessor it does nothing."""

    def __init__(self, desk: Desk, assessor: OutsideAssessor | None = None, daily: int = 0) -> None:
        self._desk, self._assessor, self._daily = desk, assessor, daily
        self._asked: dict[int, None] = {}
        self._taken = ("", 0)  # a day, and the last place of it that is known to be taken
        self._pause = timedelta(0)
        self._not_before: datetime | None = None

    @property
    def name(self) -> str | None:
        """Whose opinions, as reports name it; None where there is no assessor."""
        return self._assessor.name if self._assessor else None

    async def once(self) -> int:
        """Asks about a few captures, the newest first; how many proposals were kept."""
        now = self._desk.now()
        if self._assessor is None or (self._not_before is not None and now < self._not_before):
            return 0
        kept = 0
        for task in (await self._open(now))[:BITE]:
            if not await self._place():
                break
            try:
                kept += await self._ask(self._assessor, task)
            except AssessorUnavailable as problem:
                self._wait(problem)
                break
            self._pause = timedelta(0)
        return kept

    async def _open(self, now: datetime) -> list[Task]:
        """Captures without a proposal that were not asked about yet. Private ones are not even read."""
        lanes = frozenset({Lane.TRIAGE})
        found = await self._desk.store.find(
            Query(now, Sight(private=False), LOOKED_AT, lanes=lanes, sort=Sort.CREATED)
        )
        return [task for task in found if _may_be_sent(task) and task.id not in self._asked]

    async def _ask(self, assessor: OutsideAssessor, task: Task) -> bool:
        self._asked[task.id] = None
        if len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]
        fresh = await self._desk.store.get(task.id)
        if fresh is None or not _may_be_sent(fresh):
            return False
        said = await assessor.opinion(matter_of(fresh))

        async def decide(there: Task) -> list[Step]:
            unchanged = matter_of(there) == matter_of(fresh) and _may_be_sent(there)
            now = self._desk.now()
            return triaging.propose(there, SYSTEM, said, now, assessor.name) if unchanged else []

        try:
            await self._desk.change(SYSTEM, task.id, decide)
        except Refusal:  # triaged, closed or deleted meanwhile
            return False
        return True

    async def _place(self) -> bool:
        """Takes one of the day's places; False when there is none left."""
        now = self._desk.now()
        day = now.astimezone(UTC).date().isoformat()
        taken = self._taken[1] if self._taken[0] == day else 0
        for number in range(taken + 1, self._daily + 1):
            self._taken = (day, number)
            ends = now + timedelta(days=2)
            mark = Document(KIND, f"{day}.{number}", {}, expect="absent", expires_at=ends)
            try:
                await self._desk.store.commit(ChangeSet(now, documents=(mark,)))
            except DocumentConflict:
                continue
            return True
        return False

    def _wait(self, problem: AssessorUnavailable) -> None:
        """Longer after each failure, so that a broken endpoint costs neither the budget nor the log."""
        self._pause = min(max(self._pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        self._not_before = self._desk.now() + self._pause
        log.warning("the outside assessor gave no opinion: %s; next try in %s", problem, self._pause)


def _may_be_sent(task: Task) -> bool:
    """Only what nobody owns and nobody has proposed for, and never what is private."""
    free = task.assignee is Owner.UNASSIGNED and task.proposal is None
    return free and not task.private and task.active and task.deleted_at is None
