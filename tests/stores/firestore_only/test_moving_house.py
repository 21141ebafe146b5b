"""A house moves from SQLite to Firestore and back: the process dies half-way, and the bytes are the same at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from task_assistant.domain.history import Event
from task_assistant.ports.moving import Item
from task_assistant.ports.store import StoreUnavailable
from task_assistant.services.moving import Keys
from task_assistant.stores.firestore import FirestoreStore, gateway, loading, snapshots
from task_assistant.stores.firestore.batch import Batch, Stamp
from task_assistant.stores.firestore.gateway import Ask, Gateway, Row, Unsure
from task_assistant.stores.sql import SqliteStore
from tests.factories import document
from tests.services.moving.houses import dumped, furnished, loaded
from tests.stores.firestore_only.conftest import Open
from tests.stores.firestore_only.emulator import project
from tests.stores.firestore_only.test_feed import Answerless
from tests.stores.sql_only.files import empty_file, hurried


class Dies(Exception):
    """The process ends."""


class Mortal(FirestoreStore):
    """A store whose process dies after its second batch."""

    left = 2

    async def load(self, items: Sequence[Item]) -> None:
        await super().load(items)
        self.left -= 1
        if self.left == 0:
            raise Dies


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[list[SqliteStore]]:
    """Two open SQLite files, the first with 400 tasks and their history."""
    with hurried():
        stores = [SqliteStore(empty_file(tmp_path / name)) for name in ("a.db", "b.db")]
        for store in stores:
            await store.open()
        await furnished(stores[0], 400)
        yield stores
        for store in stores:
            await store.close()


async def test_a_house_moves_to_firestore_and_back_whatever_happens_on_the_way(
    files: list[SqliteStore], another: Open, tmp_path: Path
) -> None:
    origin, target = files
    content = await dumped(origin)
    mortal = Mortal(project(tmp_path), fresh=0.05)
    await mortal.open()
    with pytest.raises(Dies):
        await loaded(mortal, content)
    await mortal.close()
    store = await another()
    assert (await loaded(store, content)).resumed
    assert await dumped(store) == content
    assert await dumped(store, Keys.NONE) == await dumped(origin, Keys.NONE)
    await loaded(target, await dumped(store))
    assert await dumped(target) == content


@pytest.mark.parametrize("written", [True, False])
async def test_a_load_whose_commit_got_no_answer_is_whole(
    files: list[SqliteStore], store: FirestoreStore, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    await furnished(files[1])
    content = await dumped(files[1])
    answerless = Answerless(monkeypatch, written=written)
    await loaded(store, content)
    assert answerless.lost == 1
    assert await dumped(store) == content


async def test_a_load_that_never_gets_an_answer_says_that_the_store_is_away(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unanswered(self: Gateway, batch: Batch) -> list[Stamp]:
        raise Unsure("no answer")

    monkeypatch.setattr(Gateway, "commit", unanswered)
    monkeypatch.setattr(loading, "PAUSE", 0.0)
    with pytest.raises(StoreUnavailable, match="no answer"):
        await store.load([document()])


@pytest.mark.parametrize("limit", [1, 4, 100])
async def test_a_snapshot_is_read_in_few_queries_whatever_the_pages(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    await furnished(store)
    monkeypatch.setitem(snapshots.AHEAD, "event", 10)
    asked: list[Ask] = []
    query = Gateway.query

    async def noted(self: Gateway, ask: Ask) -> list[Row]:
        asked.append(ask)
        return await query(self, ask)

    monkeypatch.setattr(Gateway, "query", noted)
    async with store.snapshot() as snapshot:
        asked.clear()
        found: list[int] = []
        while page := await snapshot.read("event", (found[-1:] and (found[-1],)) or None, limit):
            found += [item.seq for item in page if isinstance(item, Event)]
    assert found == list(range(1, 13))
    assert len(asked) <= 4


async def test_counting_a_whole_house_may_take_longer_than_a_read(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnished(store)
    async with store.snapshot() as snapshot:
        monkeypatch.setattr(gateway, "READ_SECONDS", 0.0)
        assert await snapshot.count("task") == 9
