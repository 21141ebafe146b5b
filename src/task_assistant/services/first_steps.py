"""The first steps on a new board: a short checklist that ticks itself off, and goes away when done or dismissed."""

from __future__ import annotations

from dataclasses import dataclass

from task_assistant.domain.lessons import SAMPLES
from task_assistant.domain.ordering import Sort
from task_assistant.domain.roles import Caller, Role
from task_assistant.domain.task import Owner, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.documents import Document
from task_assistant.ports.queries import Query
from task_assistant.services.desk import Desk
from task_assistant.services.keys import Keys
from task_assistant.services.sample_tasks import SampleTasks

KIND, DISMISSED = "first-steps", "dismissed"
LOOKED_AT = 30  # newest tasks among which the person's own first ones are looked for


@dataclass(frozen=True, slots=True)
class Steps:
    """What has been done so far. `samples` may be skipped."""

    samples: bool
    agent: bool
    captured: bool
    triaged: bool

    @property
    def done(self) -> bool:
        """Nothing is left that has to be done."""
        return self.agent and self.captured and self.triaged


class FirstSteps:
    """Looks at the board until the steps are done; from then on it reads nothing more in this process."""

    def __init__(self, desk: Desk, keys: Keys, samples: SampleTasks) -> None:
        self._desk = desk
        self._keys, self._samples = keys, samples
        self._over = False

    async def left(self, caller: Caller) -> Steps | None:
        """The steps while something is left to do, else None. At most four reads."""
        if self._over:
            return None
        if await self._desk.store.document(KIND, DISMISSED, self._desk.now()) is not None:
            self._over = True
            return None
        steps = await self._look(caller)
        self._over = steps.done
        return None if steps.done else steps

    async def _look(self, caller: Caller) -> Steps:
        query = Query(self._desk.now(), sight(caller), LOOKED_AT, include_closed=True, sort=Sort.CREATED)
        newest = await self._desk.store.find(query)
        own = [task for task in newest if not _sample(task)]
        keys = await self._keys.all(caller)
        return Steps(
            samples=any(map(_sample, newest)) or await self._samples.loaded(),
            agent=any(key.role is Role.AGENT and key.last_used_at is not None for key in keys),
            captured=bool(own),
            triaged=any(map(_triaged, newest)),
        )

    async def dismiss(self, caller: Caller) -> None:
        """The person wants to see the list no more, in any browser."""
        await self._desk.commit(caller, documents=[Document(KIND, DISMISSED, {})])
        self._over = True


def _sample(task: Task) -> bool:
    return (task.external_id or "").startswith(SAMPLES)


def _triaged(task: Task) -> bool:
    """Somebody's, or closed, and not born so as the sample tasks are."""
    return not _sample(task) and (task.assignee is not Owner.UNASSIGNED or not task.active)
