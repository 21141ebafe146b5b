"""How the suite gets a store: a backend says how one is made and what it declares; nothing is skipped in silence."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from task_assistant.ports.store import Store


@dataclass(frozen=True)
class Capabilities:
    """What stores may differ in. Each is a statement that a test checks either way.

    `consecutive_seq`: the feed's numbers have no gaps. `shared`: all stores of one home see the same data, also after
    all of them were closed.
    """

    consecutive_seq: bool
    shared: bool


@dataclass
class Home:
    """Where the data of one test live (an empty directory), and the stores that were opened on it."""

    backend: Backend
    place: Path
    opened: list[Store] = field(default_factory=list)

    async def open(self) -> Store:
        """Another opened store on the same data."""
        store = self.backend.make(self.place)
        await store.open()
        self.opened.append(store)
        return store

    async def elsewhere(self) -> Store:
        """An opened store on data of its own."""
        store = self.backend.make(self.place / "elsewhere")
        await store.open()
        self.opened.append(store)
        return store

    async def close(self) -> None:
        """Closes all stores; `open` may be called again."""
        while self.opened:
            await self.opened.pop().close()


class Backend(ABC):
    """What a subclass of the suite must say."""

    capabilities: ClassVar[Capabilities]

    @abstractmethod
    def make(self, place: Path) -> Store:
        """A store, not yet opened, that keeps its data in the directory or in something named after it."""

    @asynccontextmanager
    async def at_home(self) -> AsyncIterator[Home]:
        """A fresh home, closed and removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="pta-store-") as place:
            home = Home(self, Path(place))
            try:
                yield home
            finally:
                await home.close()

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Store]:
        """A fresh store at a home of its own."""
        async with self.at_home() as home:
            yield await home.open()

    @pytest.fixture
    async def home(self) -> AsyncIterator[Home]:
        async with self.at_home() as home:
            yield home

    @pytest.fixture
    async def store(self, home: Home) -> Store:
        return await home.open()
