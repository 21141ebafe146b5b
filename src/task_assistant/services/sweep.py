"""The sweep: takes back lapsed claims, folds in ended deferrals, drops what has expired.

It also follows what the person decided, assigns by the person's rules, and judges captures anew as more is learned.

Nothing depends on it being on time: reads and claims see lapsed leases and deferrals by themselves.
"""

from __future__ import annotations

from task_assistant.domain import claims
from task_assistant.domain.records import Step
from task_assistant.domain.roles import SYSTEM
from task_assistant.domain.task import Task
from task_assistant.ports.store import Stale
from task_assistant.services.delegating import Delegating
from task_assistant.services.desk import Desk
from task_assistant.services.judging import Judging
from task_assistant.services.keys import Keys

BATCH = 200


class Sweep:
    """One round of tidying; any process may run it at any time."""

    def __init__(self, desk: Desk, keys: Keys, judging: Judging, delegating: Delegating) -> None:
        self._desk, self._keys = desk, keys
        self._judging, self._delegating = judging, delegating

    async def once(self) -> int:
        """Tidies up; how many tasks were written."""
        written = await self.wake()
        await self._desk.store.drop_expired(self._desk.now())
        await self._keys.note_use()
        await self._judging.once()
        await self._delegating.once()
        return written

    async def wake(self) -> int:
        """Writes the tasks anew whose lease or deferral has ended.

        How many. A task that somebody just wrote is left.
        """
        written = 0
        while tasks := await self._desk.store.woken(self._desk.now(), BATCH):
            done = [await self._wake(task) for task in tasks]
            written += sum(done)
            if len(tasks) < BATCH or not any(done):
                break
        return written

    async def _wake(self, task: Task) -> bool:
        now = self._desk.now()
        lapsed = task.claim is not None and not task.claim.live(now)
        steps = claims.expire(task, self._desk.most, now) if lapsed else (Step(task, None),)
        try:
            await self._desk.commit(SYSTEM, self._desk.write(SYSTEM, task, steps))
        except Stale:
            return False
        return True
