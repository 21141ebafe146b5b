"""Judges in the background what was judged before more was learned, and the rest of large batches.

Silent: no event, no new version.

Only captures without an owner are looked through, for only there is a suggestion shown; a task that is written
otherwise is judged with that write. A round takes a bounded bite and other writes come between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from task_assistant.domain.ordering import Key, Sort, key
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.ports.store import Stale
from task_assistant.services.desk import Desk
from task_assistant.services.learning import Learning
from task_assistant.services.rules import Rules

BATCH = 50  # tasks read and written at once
BITES, BITES_AT_ONCE = 5, 10  # of so many: in a sweep, and when captures wait to be judged for the first time


class Judging:
    """Walks through triage, newest first, whenever the model has changed."""

    def __init__(self, desk: Desk, learning: Learning, rules: Rules) -> None:
        self._desk, self._learning, self._rules = desk, learning, rules
        self._lock = asyncio.Lock()
        self._model = ""  # by which the walk goes
        self._after: Key | None = None
        self._done = False

    async def owed(self) -> int:
        """Waits until captures were written without being judged, and begins with them at once."""
        await self._desk.assessor.owing.wait()
        return await self.once(BITES_AT_ONCE)

    async def once(self, bites: int = BITES) -> int:
        """Goes on with the walk, at most so many bites; how many tasks were judged anew."""
        async with self._lock:
            await self._rules.read()
            await self._learning.follow()
            return await self._walk(bites)

    async def _walk(self, bites: int) -> int:
        owing = self._desk.assessor.owing
        if owing.is_set() or self._model != self._desk.assessor.model:
            owing.clear()
            self._model, self._after, self._done = self._desk.assessor.model, None, False
        judged = 0
        for _ in range(bites):
            if self._done:
                break
            judged += await self._bite()
            await asyncio.sleep(0)
        return judged

    async def _bite(self) -> int:
        now = self._desk.now()
        query = Query(
            now, sight(SYSTEM), BATCH, lanes=frozenset({Lane.TRIAGE}), sort=Sort.CREATED, after=self._after
        )
        tasks = await self._desk.store.find(query)
        judged = await self._judge([task for task in tasks if self._desk.assessor.stale(task)])
        self._done = len(tasks) < BATCH
        self._after = key(tasks[-1], Sort.CREATED, now) if tasks else None
        return judged

    async def _judge(self, tasks: Sequence[Task]) -> int:
        """All in one commit; where somebody was faster, one by one, and that task is left: it was judged then."""
        if not tasks:
            return 0
        try:
            await self._write(tasks)
        except Stale:
            return sum([await self._alone(task) for task in tasks])
        return len(tasks)

    async def _alone(self, task: Task) -> bool:
        try:
            await self._write([task])
        except Stale:
            return False
        return True

    async def _write(self, tasks: Sequence[Task]) -> None:
        now, assessor = self._desk.now(), self._desk.assessor
        steps = [Step(task.having(assessment=assessor.judge(task, now)), None) for task in tasks]
        writes = [self._desk.write(SYSTEM, task, [step]) for task, step in zip(tasks, steps, strict=True)]
        await self._desk.commit(SYSTEM, *writes)
