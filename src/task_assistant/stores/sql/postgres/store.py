"""The SQL store on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

from task_assistant.domain.errors import Busy
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Wanted
from task_assistant.ports.store import ChangeSet, Committed
from task_assistant.stores.sql import claims
from task_assistant.stores.sql.postgres.claiming import Picking
from task_assistant.stores.sql.postgres.database import PostgresDatabase
from task_assistant.stores.sql.store import SqlStore

MOST = 5  # connections for reads, and as many for writes
TRIES = 50


class PostgresStore(SqlStore[PostgresDatabase]):
    """`ports.store.Store` in the PostgreSQL database at `url`."""

    def __init__(self, url: str, most: int = MOST) -> None:
        super().__init__(PostgresDatabase(url, most))

    async def claim_next(self, wanted: Wanted, take: Callable[[Task], ChangeSet | None]) -> Committed | None:
        """See the port. What others are taking is passed over; who finds nothing else waits for them."""
        patient = False
        for _ in range(TRIES):
            if self._claims_failed and await self._read(lambda c: claims.first(c, wanted, take)) is None:
                return None
            picking = Picking(wanted, patient=patient)
            committed = await self._write(lambda c: claims.claim_next(c, wanted, take, picking.pick))  # noqa: B023
            self._claims_failed = committed is None
            if committed is not None:
                return committed
            patient = picking.passed
        raise Busy
