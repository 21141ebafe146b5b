"""How the shared suite gets a PostgreSQL store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from task_assistant.stores.sql.postgres import PostgresStore
from tests.stores.conformance.backend import Backend, Capabilities, Home
from tests.stores.postgres_only.cluster import cluster


class Postgres(Backend):
    """A fresh database for each place of a home; `database` is that of the last home."""

    capabilities = Capabilities(consecutive_seq=False, shared=True)
    database: str

    @asynccontextmanager
    async def at_home(self) -> AsyncIterator[Home]:
        self.database = cluster().take()
        home = Home(self, Path(self.database))
        self._taken = {home.place: self.database}
        try:
            yield home
        finally:
            await home.close()
            for database in self._taken.values():
                cluster().give_back(database)

    def make(self, place: Path) -> PostgresStore:
        if place not in self._taken:
            self._taken[place] = cluster().take()
        return PostgresStore(cluster().url(self._taken[place]))
