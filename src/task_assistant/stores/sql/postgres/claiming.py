"""Handing out tasks where several processes do: each skips what another is just taking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import bindparam, func, select

from task_assistant.domain.task import Task
from task_assistant.ports.queries import Wanted
from task_assistant.stores.sql.reading import TASK
from task_assistant.stores.sql.rows import to_task
from task_assistant.stores.sql.statements import Among, Connection, Statement
from task_assistant.stores.sql.tables import tasks

Taken = TypeVar("Taken")
_FIRST = (
    select(*TASK)
    .where(Among(tasks.c.id, "ids"))
    .order_by(func.array_position(bindparam("ids"), tasks.c.id))
    .limit(1)
)
FREE = Statement(_FIRST.with_for_update(key_share=True, skip_locked=True))
WHEN_FREE = Statement(_FIRST.with_for_update(key_share=True))


class Picking:
    """`claims.Pick` that locks each candidate before it is judged, as it is then.

    The patient one waits for whoever has a candidate; the other one passes over it, and notes that it `passed` some.
    """

    def __init__(self, wanted: Wanted, *, patient: bool) -> None:
        self._wanted, self._patient = wanted, patient
        self.passed = False

    async def pick(
        self,
        connection: Connection,
        ids: list[int],
        strays: dict[int, Task],  # noqa: ARG002  # read before they were locked: read again
        judge: Callable[[Task], Taken | None],
    ) -> Taken | None:
        """See `claims.Pick`."""
        left = list(ids)
        while left:
            rows = await connection.execute(
                WHEN_FREE if self._patient else FREE, {"ids": connection.many(left)}
            )
            if not rows:
                self.passed = True
                return None
            task = to_task(rows[0])
            left.remove(task.id)
            if self._wanted.fits(task) and (taken := judge(task)) is not None:
                return taken
        return None
