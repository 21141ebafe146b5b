"""Purge: the texts of a task, earlier ones too, are in no byte of its files."""

from __future__ import annotations

import random
import sqlite3
import string
from pathlib import Path

import pytest

from task_assistant.domain.task import Task
from task_assistant.ports.store import Record, StoreUnavailable
from task_assistant.stores.sql import SqliteStore
from task_assistant.stores.sql.sqlite import writer
from tests.factories import changes, document, event, insert, task, update

LENGTHS = (1, 30, 400, 3_000)


class Texts:
    """Texts around words that occur nowhere else; which words each task ever had."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.of_task: dict[int, list[str]] = {}

    def word(self) -> str:
        return "".join(self.random.choices(string.ascii_lowercase, k=18))

    def around(self, word: str) -> str:
        return " ".join(
            ["filler"] * self.random.choice(LENGTHS) + [word] + ["end"] * self.random.choice(LENGTHS)
        )


def everywhere(texts: Texts, word: str) -> dict[str, object]:
    """The word in every text of a task."""
    return {
        "title": f"About {word}", "description": texts.around(word), "source_context": texts.around(word),
        "source_name": word, "source_url": f"https://example.com/{word}", "labels": (word, "common"),
        "external_id": word, "ingested": {"title": word},
    }  # fmt: skip


async def add(store: SqliteStore, texts: Texts) -> Task:
    word = texts.word()
    records = (
        Record("comment", 1, {"text": texts.around(word)}),
        Record("artifact", 1, {"n": 1}, texts.around(word)),
    )
    told = (event(changes={"title": (None, word)}, text=texts.around(word)),)
    kept = document(word, {"answer": texts.around(word)}, tasks=(-1,))
    new = insert(task(**everywhere(texts, word)), *records, events=told)  # type: ignore[arg-type]
    there = (await store.commit(changes(new, documents=(kept,)))).tasks[0]
    texts.of_task[there.id] = [word]
    return there


async def edit(store: SqliteStore, texts: Texts, there: Task) -> Task:
    word = texts.word()
    texts.of_task[there.id].append(word)
    records = (Record("comment", texts.random.randint(1, 3), {"text": texts.around(word)}),)
    told = (event(task_id=there.id, changes={"title": (there.title, word)}),)
    return (
        await store.commit(changes(update(there, *records, events=told, **everywhere(texts, word))))
    ).tasks[0]


def traces(place: Path, words: list[str]) -> list[str]:
    """Those of the words of which more than half is in some file of the directory (an index may cut their start)."""
    content = b"".join(path.read_bytes() for path in sorted(place.iterdir()))
    return [word for word in words if word[8:].encode() in content]


@pytest.mark.parametrize("seed", range(3))
async def test_no_file_has_a_trace_of_what_was_purged(store: SqliteStore, path: Path, seed: int) -> None:
    texts = Texts(seed)
    tasks: dict[int, Task] = {}
    for _ in range(40):
        there = await add(store, texts)
        tasks[there.id] = there
        again = texts.random.choice(list(tasks.values()))
        tasks[again.id] = await edit(store, texts, again)
    gone = texts.random.sample(sorted(tasks), 13)
    lost = [word for task_id in gone for word in texts.of_task[task_id]]
    kept = [texts.of_task[task_id][-1] for task_id in tasks if task_id not in gone]
    assert traces(path.parent, lost) == lost
    await store.commit(changes(purge=tuple(gone[:6])))
    for task_id in gone[6:]:
        await store.commit(changes(purge=(task_id,)))
    assert traces(path.parent, lost) == []
    assert traces(path.parent, kept) == kept


async def test_a_file_that_cannot_be_rewritten_is_told(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await add(store, Texts(1))

    def full(raw: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(writer, "erase", full)
    with pytest.raises(StoreUnavailable, match="purge again"):
        await store.commit(changes(purge=(there.id,)))
    found = await store.get(there.id)
    assert found is not None
    assert found.purged
