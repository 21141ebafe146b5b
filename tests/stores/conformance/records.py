"""Records: a task's file, numbered within each kind."""

from __future__ import annotations

from typing import Any

from task_assistant.domain.records import Record
from task_assistant.ports.store import Store
from tests.factories import task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put_one


def comment(n: int, text: str = "Hello") -> Record:
    return Record("comment", n, {"text": text})


class Records(Backend):
    async def test_a_record_comes_back_with_its_text(self, store: Store) -> None:
        data: dict[str, Any] = {"name": "change.diff", "deep": {"list": [1, None, "ä"]}}
        text = "-old\n+new \u2028 👩‍💻\r\n" * 2_000
        there = await put_one(store, task(), Record("artifact", 3, data, text))
        assert await store.record(there.id, "artifact", 3) == Record("artifact", 3, data, text)

    async def test_a_list_of_records_carries_no_long_texts(self, store: Store) -> None:
        there = await put_one(store, task(), Record("artifact", 1, {"name": "a"}, "long"))
        assert await store.records(there.id, ["artifact"], 10) == [Record("artifact", 1, {"name": "a"}, None)]

    async def test_unknown_records_read_as_nothing(self, store: Store) -> None:
        there = await put_one(store, task(), comment(1))
        assert await store.record(there.id, "comment", 2) is None
        assert await store.record(there.id, "result", 1) is None
        assert await store.record(10_000, "comment", 1) is None
        assert await store.records(10_000, ["comment"], 10) == []
        assert await store.records(there.id, [], 10) == []

    async def test_the_newest_of_each_kind_come_first(self, store: Store) -> None:
        kinds = [Record(kind, n, {"n": n}) for kind in ("result", "comment") for n in (2, 10, 1, 9)]
        there = await put_one(store, task(), *kinds)
        found = await store.records(there.id, ["comment", "result", "attempt"], 3)
        assert [r.n for r in found if r.kind == "comment"] == [10, 9, 2]
        assert [r.n for r in found if r.kind == "result"] == [10, 9, 2]
        assert len(found) == 6
        assert [r.n for r in await store.records(there.id, ["comment"], 1)] == [10]

    async def test_only_the_kinds_that_are_asked_for_come(self, store: Store) -> None:
        there = await put_one(store, task(), comment(1), Record("feedback", 1, {}), Record("attempt", 1, {}))
        found = await store.records(there.id, ["feedback", "attempt"], 10)
        assert {record.kind for record in found} == {"feedback", "attempt"}

    async def test_writing_a_number_again_replaces_the_record(self, store: Store) -> None:
        there = await put_one(store, task(), Record("artifact", 1, {"v": 1}, "old"), comment(1))
        await change(store, there, Record("artifact", 1, {"v": 2}))
        assert await store.record(there.id, "artifact", 1) == Record("artifact", 1, {"v": 2}, None)
        assert await store.record(there.id, "comment", 1) == comment(1)

    async def test_a_record_without_data_is_removed(self, store: Store) -> None:
        there = await put_one(store, task(), comment(1), comment(2))
        await change(store, there, Record("comment", 1, None), Record("comment", 7, None))
        assert await store.records(there.id, ["comment"], 10) == [comment(2)]
        assert await store.record(there.id, "comment", 1) is None

    async def test_each_task_has_a_file_of_its_own(self, store: Store) -> None:
        one = await put_one(store, task(), comment(1, "one"))
        two = await put_one(store, task(), comment(1, "two"))
        await change(store, one, Record("comment", 1, None))
        assert await store.records(two.id, ["comment"], 10) == [comment(1, "two")]

    async def test_changing_what_was_read_changes_nothing_in_the_store(self, store: Store) -> None:
        there = await put_one(store, task(), comment(1))
        (found,) = await store.records(there.id, ["comment"], 1)
        assert found.data is not None
        found.data["text"] = "Changed"
        assert await store.record(there.id, "comment", 1) == comment(1)
