"""What Firestore takes at once, and what is said about more."""

from __future__ import annotations

import random
import string

import pytest

from task_assistant.domain.errors import InvalidFields
from task_assistant.stores.firestore import FirestoreStore, finding
from task_assistant.stores.firestore.layout import WORDS_KEPT
from tests.factories import changes, insert, later, task
from tests.stores.conformance.telling import put, put_one, titles, whole_feed

RANDOM = random.Random(7)


def noise(length: int) -> str:
    """A text that cannot be made shorter."""
    return "".join(RANDOM.choices(string.ascii_letters, k=length))


async def test_five_hundred_tasks_with_external_ids_and_usual_texts_are_one_commit(
    store: FirestoreStore,
) -> None:
    words = [noise(6) for _ in range(2_000)]
    rows = [
        task(f"Task {n}", external_id=f"mail-{n}", description=" ".join(RANDOM.choices(words, k=60)))
        for n in range(500)
    ]
    there = await put(store, *rows)
    assert len(await store.by_external_ids([f"mail-{n}" for n in range(500)])) == 500
    assert len(await whole_feed(store)) == len(there) == 500


async def test_a_batch_that_is_too_large_is_refused_whole_with_a_sentence(store: FirestoreStore) -> None:
    text = noise(40_000)  # each task is packed by itself
    rows = [task(f"Task {n}", source_context=text) for n in range(500)]
    with pytest.raises(InvalidFields, match="send fewer at a time"):
        await store.commit(changes(*map(insert, rows)))
    assert await titles(store) == []
    assert await whole_feed(store) == []


async def test_search_finds_a_task_by_its_first_thousand_different_words(store: FirestoreStore) -> None:
    words = [f"word{n}" for n in range(WORDS_KEPT + 1)]
    await put_one(store, task("Long", source_context=" ".join(words)))
    assert await titles(store, text=words[WORDS_KEPT - 2]) == ["Long"]
    assert await titles(store, text=words[WORDS_KEPT]) == []
    assert await titles(store, text=f"long {words[WORDS_KEPT]}") == []


async def test_a_word_of_any_length_is_found_and_told_from_others(store: FirestoreStore) -> None:
    await put(store, task("x" * 200), task("x" * 201))
    assert await titles(store, text="x" * 200) == ["x" * 200]


async def test_a_search_ends_at_the_depth_that_the_store_tells(
    store: FirestoreStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 4)
    older = task("report for Alice", created_at=later(days=-1))
    await put(store, older, *(task(f"report {n}") for n in range(4)))
    assert store.search_depth == 4
    assert await titles(store, text="report alice") == []
    assert await titles(store, text="alice") == [older.title]
