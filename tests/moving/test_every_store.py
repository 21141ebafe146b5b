"""Everything that a lived-in board holds goes from store to store, and comes out with the same bytes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from task_assistant.domain.records import RecordKind
from task_assistant.ports.store import Store
from task_assistant.services.moving import Keys
from task_assistant.services.moving.kinds import EXPORTED
from task_assistant.stores.memory import MemoryStore
from tests.api.server import Server
from tests.factories import FixedClock
from tests.moving.lived_in import live_in
from tests.services.moving.houses import dumped, loaded
from tests.stories.stores import STORES, a_store

WITH_A_FILE_OR_SERVER = [pytest.param(name, marks=marks) for name, marks in STORES]
EVERY_STORE = [pytest.param("memory"), *WITH_A_FILE_OR_SERVER]


@dataclass(frozen=True)
class Moved:
    """A lived-in board as its export over HTTP and as a whole copy, both of the same moment."""

    export: bytes
    copy: bytes
    now: datetime

    def server(self, store: Store) -> Server:
        """A server over this store, at that moment."""
        return Server(store, FixedClock(self.now))


async def export(server: Server) -> bytes:
    answer = await server.client().http.get("/api/export")
    assert answer.status_code == 200
    return answer.content


async def lived_in_on(server: Server) -> Moved:
    await live_in(server)
    now = server.clock.now()
    return Moved(await export(server), await dumped(server.store, Keys.HASHED, now), now)


@pytest.fixture(scope="module")
def board() -> Moved:
    return asyncio.run(lived_in_on(Server()))


def in_it(content: bytes, part: str) -> list[dict[str, Any]]:
    """What the dump holds of one part."""
    return [line[part] for line in map(json.loads, content.splitlines()) if part in line]


def test_the_board_has_everything_in_it_that_a_store_can_keep(board: Moved) -> None:
    assert {each["kind"] for each in in_it(board.copy, "document")} == EXPORTED.keys()
    assert {each["kind"] for each in in_it(board.copy, "entry")} == set(get_args(RecordKind))
    tasks = in_it(board.copy, "task")
    held = {"claim", "question", "result", "assessment", "proposal", "recurrence", "depends_on", "private"}
    assert {*held, "deleted_at", "external_digest"} <= {name for task in tasks for name in task}


@pytest.mark.parametrize("name", EVERY_STORE)
async def test_an_export_that_was_imported_is_exported_byte_equal(
    board: Moved, name: str, tmp_path: Path
) -> None:
    with a_store(name, tmp_path) as store:
        await store.open()
        server = board.server(store)
        answer = await server.client().http.post("/api/import", content=board.export)
        assert answer.status_code == 200, answer.text
        assert await export(server) == board.export
        await store.close()


@pytest.mark.parametrize("name", EVERY_STORE)
async def test_a_copy_with_the_hashes_of_its_keys_comes_out_byte_equal(
    board: Moved, name: str, tmp_path: Path
) -> None:
    with a_store(name, tmp_path) as store:
        await store.open()
        await loaded(store, board.copy, board.now)
        assert await dumped(store, Keys.HASHED, board.now) == board.copy
        await store.close()


@pytest.mark.parametrize("name", WITH_A_FILE_OR_SERVER)
async def test_a_board_that_was_lived_in_elsewhere_comes_here_byte_equal(name: str, tmp_path: Path) -> None:
    with a_store(name, tmp_path) as store:
        await store.open()
        board, here = await lived_in_on(Server(store)), MemoryStore()
        await loaded(here, board.copy, board.now)
        assert await dumped(here, Keys.HASHED, board.now) == board.copy
        assert await export(board.server(here)) == board.export
        await store.close()


async def test_what_was_counted_is_not_counted_again_after_a_move(board: Moved) -> None:
    server = board.server(MemoryStore())
    await server.client().http.post("/api/import", content=board.export)
    await server.services.usage.count()
    await server.services.insights.count()
    before, after = in_it(board.export, "document"), in_it(await export(server), "document")
    counted = {"insights_day", "insights_task", "insights_ages", "usage"}
    assert [d for d in after if d["kind"] in counted] == [d for d in before if d["kind"] in counted]
