"""What the SQL stores keep derived is, after any story, what follows from the tasks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from task_assistant.domain.task import Status
from task_assistant.stores.sql import SqliteStore
from tests.factories import changes, claimed_task, full_task, insert, later, task, update
from tests.stores.conformance.backend import Backend, Capabilities
from tests.stores.conformance.machine import StoreMachine
from tests.stores.conformance.telling import change, put, put_one, stored
from tests.stores.sql_only.files import empty_file
from tests.stores.sql_only.recomputing import differences


async def test_after_a_small_story_all_derived_copies_are_right(store: SqliteStore, path: Path) -> None:
    one, two = await put(store, task("Übung macht", labels=("a", "b")), claimed_task(labels=("b",)))
    three = await put_one(store, full_task(depends_on=(one.id, two.id)))
    await change(store, one, status=Status.DONE, now=later(days=2))
    await change(store, two, claim=None, labels=("c",), title="Other", now=later(days=3))
    await change(store, await stored(store, three), deleted_at=later(days=4), now=later(days=4))
    await store.commit(changes(insert(task("x")), update(await stored(store, two), private=True)))
    await store.commit(changes(purge=(three.id,)))
    assert differences(path) == []


async def test_the_comparison_sees_every_kind_of_wrong_copy(store: SqliteStore, path: Path) -> None:
    one = await put_one(store, task("Word", labels=("a",)))
    await put_one(store, claimed_task(depends_on=(one.id,)))
    spoil = {
        "columns": "UPDATE tasks SET base = base + 1 WHERE id = 1",
        "labels": "UPDATE task_labels SET shelf = 0",
        "dependencies": "DELETE FROM dependencies",
        "workers": "UPDATE workers SET shelf = 0",
        "workers who hold": "DELETE FROM workers",
        "shelf_counts": "UPDATE shelf_counts SET n = n + 1",
        "due_counts": "DELETE FROM due_counts WHERE span = 24",
        "search": "INSERT INTO search (search, rowid, text) SELECT 'delete', search_id, title FROM tasks",
    }
    assert differences(path) == []
    for name, statement in spoil.items():
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(statement)
            raw.commit()
        assert any(found[0].startswith(name) for found in differences(path)), name


class Sqlite(Backend):
    """A fresh file for each story, and where it is."""

    capabilities = Capabilities(consecutive_seq=True, shared=True)
    place: Path

    def make(self, place: Path) -> SqliteStore:
        self.place = empty_file(place / "tasks.db")
        return SqliteStore(self.place)


class DerivedStory(StoreMachine):
    """The shared story, with one more thing that must hold after every step."""

    backend = Sqlite()

    @invariant()
    def the_derived_copies_are_right(self) -> None:
        assert isinstance(self.backend, Sqlite)
        assert differences(self.backend.place) == []


def test_after_any_story_all_derived_copies_are_right() -> None:
    profile = settings()
    few = settings(profile, max_examples=max(1, profile.max_examples // 4))
    run_state_machine_as_test(DerivedStory, settings=few)
