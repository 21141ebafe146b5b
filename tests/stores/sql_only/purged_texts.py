"""Tasks whose every text has a word that occurs nowhere else, and whether files still have such words."""

from __future__ import annotations

import random
import string
from pathlib import Path

from task_assistant.domain.records import Record
from task_assistant.domain.task import Task
from task_assistant.ports.store import Store
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


async def add(store: Store, texts: Texts) -> Task:
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


async def edit(store: Store, texts: Texts, there: Task) -> Task:
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
