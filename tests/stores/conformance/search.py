"""Search: whole words in title, description, source and labels, newest first, without operators."""

from __future__ import annotations

import pytest

from task_assistant.domain.ordering import Sort
from task_assistant.domain.task import Owner, Status
from task_assistant.ports.queries import SEARCH_SORTED
from task_assistant.ports.store import Store
from tests.factories import NOW, later, task
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import asking, change, put, put_one, titles, walked


class Search(Backend):
    @pytest.mark.parametrize(
        "fields",
        [
            {"title": "the report"},
            {"description": "the report"},
            {"source_context": "the report"},
            {"source_name": "the report"},
            {"labels": ("the report",)},
        ],
        ids=lambda fields: str(*fields),
    )
    async def test_texts_of_a_task_are_searched(self, store: Store, fields: dict[str, str]) -> None:
        there = await put_one(store, task(**{"title": "One", **fields}))
        await put_one(store, task("Other"))
        assert await store.find(asking(text="report")) == [there]

    async def test_hits_come_newest_first(self, store: Store) -> None:
        for n in range(5):
            await put_one(store, task(f"report {n}", created_at=later(seconds=n), priority=5 - n))
        assert await titles(store, text="report") == [f"report {n}" for n in (4, 3, 2, 1, 0)]
        assert await titles(store, text="report", limit=2) == ["report 4", "report 3"]
        assert await titles(store, text="report", limit=2, offset=3) == ["report 1", "report 0"]

    async def test_a_sort_that_is_given_is_applied(self, store: Store) -> None:
        await put(
            store, task("report a", priority=3), task("report b", priority=1), task("report c", priority=2)
        )
        assert await titles(store, text="report", sort=Sort.PRIORITY) == ["report b", "report c", "report a"]
        assert await titles(store, text="report", sort=Sort.SMART, limit=1) == ["report b"]

    async def test_a_sort_looks_at_the_newest_hits_only(self, store: Store) -> None:
        await put_one(store, task("report best", priority=1, created_at=later(days=-1)))
        for start in range(0, SEARCH_SORTED, 500):
            await put(store, *(task(f"report {n}", priority=2) for n in range(start, start + 500)))
        assert "report best" not in await titles(store, text="report", sort=Sort.PRIORITY, limit=3)
        assert (await titles(store, text="report", limit=3, offset=SEARCH_SORTED - 1))[-1] == "report best"
        await put_one(store, task("report good", priority=1, created_at=later(days=1)))
        assert await titles(store, text="report", sort=Sort.PRIORITY, limit=1) == ["report good"]

    async def test_pages_of_hits_give_each_once(self, store: Store) -> None:
        await put(store, *(task(f"report {n}", created_at=later(hours=n % 3)) for n in range(11)))
        seen = [each.title for each in await walked(store, asking(text="report", limit=3))]
        assert seen == await titles(store, text="report")
        assert len(set(seen)) == 11

    async def test_every_word_must_be_there_as_a_whole_word(self, store: Store) -> None:
        await put_one(store, task("The annual report", description="for Alice"))
        assert await titles(store, text="report alice") == ["The annual report"]
        assert await titles(store, text="alice   ANNUAL") == ["The annual report"]
        assert await titles(store, text="report bob") == []
        assert await titles(store, text="repor") == []

    async def test_case_and_accents_do_not_matter(self, store: Store) -> None:
        await put(store, task("Über ÉTÉ"), task("uber ete"))
        assert len(await titles(store, text="ÜBER")) == 2
        assert len(await titles(store, text="été")) == 2
        await put_one(store, task("ПРИВЕТ мир"))
        assert await titles(store, text="привет") == ["ПРИВЕТ мир"]

    @pytest.mark.parametrize(
        "text",
        [
            '"report"',
            "report*",
            "report-2",
            "(report)",
            "report:2",
            "^report",
            "+report",
            "'report'",
            "report;--",
        ],
    )
    async def test_signs_are_no_operators(self, store: Store, text: str) -> None:
        await put_one(store, task("report 2"))
        assert await titles(store, text=text) == ["report 2"]

    async def test_operator_words_are_words(self, store: Store) -> None:
        await put(store, task("report"), task("not"))
        assert await titles(store, text="report NOT not") == []
        assert await titles(store, text="report OR not") == []
        assert await titles(store, text="NOT") == ["not"]
        assert await titles(store, text="NEAR(report not, 5)") == []

    @pytest.mark.parametrize("text", ["", " ", "!?", "*", '"', "()", "-", "\x00", "_"])
    async def test_a_text_without_words_finds_nothing(self, store: Store, text: str) -> None:
        await put_one(store, task("report - _ * !?"))
        assert await titles(store, text=text) == []

    async def test_search_follows_a_change(self, store: Store) -> None:
        there = await put_one(store, task("Old name", description="kept"))
        await change(store, there, title="New name")
        assert await titles(store, text="old") == []
        assert await titles(store, text="new") == ["New name"]
        assert await titles(store, text="kept name") == ["New name"]

    async def test_search_obeys_the_other_conditions(self, store: Store) -> None:
        await put(store, task("report done", status=Status.DONE), task("report mine", assignee=Owner.ME))
        await put_one(store, task("report"))
        gone = await put_one(store, task("report gone"))
        await change(store, gone, deleted_at=NOW)
        assert sorted(await titles(store, text="report")) == ["report", "report mine"]
        assert await titles(store, text="report", assignee=Owner.ME) == ["report mine"]
        assert await titles(store, text="report", statuses=frozenset({Status.DONE})) == ["report done"]
        assert len(await titles(store, text="report", include_closed=True)) == 3

    async def test_a_long_text_is_searched_to_its_end(self, store: Store) -> None:
        await put_one(store, task("Long", source_context="word " * 9_000 + "needle"))
        assert await titles(store, text="needle") == ["Long"]
        assert await titles(store, text="word " * 50 + "needle") == ["Long"]
