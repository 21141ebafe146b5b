"""Documents: small named things with an expectation and an end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.ports.documents import Document
from task_assistant.ports.store import DocumentConflict, Store
from tests.factories import MICROSECOND, NOW, changes, document, insert, later, task
from tests.stores.conformance.backend import Backend


async def keep(store: Store, *documents: Document, now: Any = NOW) -> None:
    await store.commit(changes(documents=documents, now=now))


async def says(store: Store, key: str = "one", now: Any = NOW) -> Any:
    found = await store.document("source", key, now)
    return found and found.data


class Documents(Backend):
    async def test_a_document_comes_back_as_it_was_written(self, store: Store) -> None:
        data = {
            "text": "Grüße ' \" \u2028",
            "n": [1, 2.5, None, True],
            "deep": {"er": {"est": []}},
            "big": 2**53 - 1,
        }
        await keep(store, document(data=data, expires_at=later(hours=1, microseconds=7)))
        found = await store.document("source", "one", NOW)
        assert found is not None
        assert (found.kind, found.key, found.data) == ("source", "one", data)
        assert found.expires_at == later(hours=1, microseconds=7)

    async def test_an_empty_document_is_there(self, store: Store) -> None:
        await keep(store, document(data={}))
        assert await says(store) == {}

    async def test_a_document_that_never_was_reads_as_nothing(self, store: Store) -> None:
        assert await store.document("source", "one", NOW) is None
        assert await store.documents("source", NOW) == []

    async def test_writing_again_replaces_the_document_and_its_end(self, store: Store) -> None:
        await keep(store, document(expires_at=later(hours=1)))
        await keep(store, document(data={"says": "two"}))
        assert await says(store, now=later(hours=2)) == {"says": "two"}

    async def test_a_document_without_data_is_removed(self, store: Store) -> None:
        await keep(store, document())
        await keep(store, Document("source", "one", None))
        assert await says(store) is None
        await keep(store, Document("source", "never", None))

    async def test_kinds_are_worlds_of_their_own(self, store: Store) -> None:
        await keep(store, document(kind="source"), document(kind="key", data={"says": "other"}))
        await keep(store, Document("key", "one", None))
        assert await says(store) == {"says": "one"}
        assert [found.kind for found in await store.documents("source", NOW)] == ["source"]

    async def test_all_of_a_kind_come_in_key_order(self, store: Store) -> None:
        await keep(store, *map(document, ("b", "a", "C", "ä", "a/b")))
        assert [found.key for found in await store.documents("source", NOW)] == ["C", "a", "a/b", "b", "ä"]

    async def test_named_documents_are_read_at_once_and_missing_ones_are_left_out(self, store: Store) -> None:
        await keep(store, *map(document, ("c", "b", "a")))
        found = await store.documents("source", NOW, ["c", "nobody", "a"])
        assert [each.key for each in found] == ["a", "c"]
        assert await store.documents("source", NOW, []) == []

    async def test_absent_is_refused_when_the_document_is_there(self, store: Store) -> None:
        await keep(store, document(expect="absent"))
        with pytest.raises(DocumentConflict) as refusal:
            await keep(store, document(data={"says": "two"}, expect="absent"))
        assert (refusal.value.kind, refusal.value.key) == ("source", "one")
        assert await says(store) == {"says": "one"}

    async def test_present_is_refused_when_the_document_is_not_there(self, store: Store) -> None:
        with pytest.raises(DocumentConflict):
            await keep(store, document(expect="present"))
        await keep(store, document())
        await keep(store, document(data={"says": "two"}, expect="present"))
        assert await says(store) == {"says": "two"}

    async def test_a_one_use_link_is_used_once(self, store: Store) -> None:
        await keep(store, document())
        await keep(store, Document("source", "one", None, expect="present"))
        with pytest.raises(DocumentConflict):
            await keep(store, Document("source", "one", None, expect="present"))

    async def test_of_concurrent_users_of_a_one_use_link_exactly_one_gets_in(self, store: Store) -> None:
        await keep(store, document())
        use = changes(documents=(Document("source", "one", None, expect="present"),))
        answers = await asyncio.gather(*(store.commit(use) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(answer, DocumentConflict) for answer in answers) == 7

    async def test_nobody_reads_an_expired_document(self, store: Store) -> None:
        await keep(store, document(expires_at=later(hours=1)), document("two"))
        almost, past = later(hours=1) - MICROSECOND, later(hours=1) + MICROSECOND
        assert await says(store, now=almost) == {"says": "one"}
        assert await says(store, now=past) is None
        assert [found.key for found in await store.documents("source", almost)] == ["one", "two"]
        assert [found.key for found in await store.documents("source", past)] == ["two"]
        assert await store.documents("source", past, ["one"]) == []

    async def test_an_expired_document_counts_as_absent_for_expectations(self, store: Store) -> None:
        await keep(store, document(expires_at=later(hours=1)))
        with pytest.raises(DocumentConflict):
            await keep(store, document(expect="present"), now=later(hours=2))
        await keep(store, document(data={"says": "two"}, expect="absent"), now=later(hours=2))
        assert await says(store, now=later(hours=2)) == {"says": "two"}

    async def test_expired_documents_are_dropped_and_counted(self, store: Store) -> None:
        ends = {"a": later(hours=1), "b": later(hours=2), "c": None}
        await keep(store, *(document(key, expires_at=at) for key, at in ends.items()))
        assert await store.drop_expired(NOW) == 0
        assert await store.drop_expired(later(minutes=90)) == 1
        assert await store.drop_expired(later(minutes=90)) == 0
        assert [found.key for found in await store.documents("source", NOW)] == ["b", "c"]

    async def test_documents_come_in_one_commit_with_tasks(self, store: Store) -> None:
        answer = await store.commit(changes(insert(task("Told")), documents=(document(tasks=(-1,)),)))
        found = await store.document("source", "one", NOW)
        assert found is not None
        assert found.tasks == (answer.tasks[0].id,)

    async def test_changing_what_was_read_changes_nothing_in_the_store(self, store: Store) -> None:
        mine = {"list": [1]}
        await keep(store, document(data=mine))
        mine["list"].append(2)
        found = await store.document("source", "one", NOW)
        assert found is not None
        assert found.data is not None
        found.data["list"].append(3)
        assert await says(store) == {"list": [1]}

    async def test_a_task_and_its_document_are_seen_together_or_not_at_all(self, store: Store) -> None:
        rounds, looks = 30, 0
        done = asyncio.Event()

        async def write() -> None:
            for n in range(1, rounds + 1):
                await store.commit(changes(insert(task(f"Task {n}")), documents=(document(data={"n": n}),)))
            done.set()

        async def number() -> int:
            data = await says(store)
            return data["n"] if data else 0

        async def read() -> None:
            nonlocal looks
            while not done.is_set():
                # Both only rise, so whatever is read between two readings of the other lies between them.
                before, count, after = (
                    await number(),
                    (await store.tally(NOW, private=True)).active,
                    await number(),
                )
                assert before <= count <= after
                looks += 0 < count < rounds
                await asyncio.sleep(0)

        await asyncio.gather(write(), read(), read())
        assert looks > 0, "nobody looked between two commits, so this proves nothing"
