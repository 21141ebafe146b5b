"""What a database offers to the store: transactions for reading and writing, and word of what was committed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from task_assistant.stores.sql.signal import Signal
from task_assistant.stores.sql.statements import Connection

Answer = TypeVar("Answer")
Work = Callable[[Connection], Coroutine[Any, Any, Answer]]


class Database(Protocol):
    """One database, which several processes may have open."""

    async def outlook(self) -> str | None:
        """What `open` would change, None for nothing. Only a look. Raises StoreUnavailable."""

    async def open(self) -> None:
        """Makes or migrates what is there. Raises StoreUnavailable."""

    async def close(self) -> None:
        """Finishes what was asked for and lets go."""

    async def check(self) -> None:
        """Raises StoreUnavailable unless it can be read and has the schema of this program."""

    async def read(self, work: Work[Answer]) -> Answer:
        """The answer of a read, all of whose statements see the same state."""

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """A connection of its own that goes on seeing everything as it is now, whatever is written meanwhile."""

    async def write(self, work: Work[Answer]) -> Answer:
        """The answer of a job that writes, once it is committed."""

    @property
    def signal(self) -> Signal:
        """Where to learn of commits."""
