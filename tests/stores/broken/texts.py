"""Broken promises about search and purge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from task_assistant.domain.ordering import Sort
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Query
from task_assistant.ports.store import ChangeSet, Committed
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.memory.board import Board
from tests.stores.broken.registry import noticed_by


@noticed_by("test_hits_come_newest_first", "test_pages_of_hits_give_each_once", story=True)
class FindsTheOldestFirst(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        found = await super().find(replace(query, limit=10_000, offset=0))
        oldest_first = found[::-1] if query.text is not None and query.sort is None else found
        return oldest_first[query.offset : query.offset + query.limit]


@noticed_by("test_a_sort_looks_at_the_newest_hits_only")
class SortsAllHits(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        if query.text is None or query.sort is None:
            return await super().find(query)
        hits = {task.id for task in await super().find(replace(query, sort=None, limit=10_000, offset=0))}
        everything = await super().find(replace(query, text=None, limit=10_000, offset=0))
        return [task for task in everything if task.id in hits][query.offset : query.offset + query.limit]


@noticed_by("test_search_follows_a_change")
class FindsOldTexts(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.titles: dict[int, str] = {}

    async def find(self, query: Query) -> list[Task]:
        found = await super().find(query)
        if query.text is not None:
            found += [
                t
                for t in self.board.tasks.values()
                if query.text in self.titles[t.id].lower() and t not in found
            ]
        return found

    def _commit(self, changes: ChangeSet) -> Committed:
        done = super()._commit(changes)
        for task in done.tasks:
            self.titles.setdefault(task.id, task.title)
        return done


@noticed_by("test_signs_are_no_operators", "test_operator_words_are_words")
class ObeysOperators(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        text = query.text
        if text is None:
            return await super().find(query)
        words = text.replace("*", " ").split()
        if "OR" in words:
            groups = [
                await super(ObeysOperators, self).find(replace(query, text=w)) for w in words if w != "OR"
            ]
            return list({task.id: task for group in groups for task in group}.values())
        if set(text) & set('"^:+;'):
            raise ValueError("syntax error")
        return await super().find(query)


@noticed_by("test_a_text_without_words_finds_nothing")
class FindsEverythingWithoutWords(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        empty = query.text is not None and not any(c.isalnum() for c in query.text)
        return await super().find(replace(query, text=None, sort=Sort.CREATED) if empty else query)


@noticed_by("test_every_word_must_be_there_as_a_whole_word")
class FindsAnyOfTheWords(MemoryStore):
    async def find(self, query: Query) -> list[Task]:
        words = (query.text or "").split()
        if len(words) < 2:
            return await super().find(query)
        groups = [await super(FindsAnyOfTheWords, self).find(replace(query, text=word)) for word in words]
        return list({task.id: task for group in groups for task in group}.values())


class KeepingRows(Board):
    def purge(self, task_id: int, now: datetime, *, before: int) -> None:
        row = self.tasks[task_id]
        super().purge(task_id, now, before=before)
        self.tasks[task_id] = row.having(deleted_at=row.deleted_at or now, purged=True)


@noticed_by(
    "test_the_row_stays_deleted_with_its_numbers_and_without_texts",
    "test_nothing_that_the_store_gives_out_holds_the_text",
    "test_whoever_read_the_texts_before_cannot_write_them_back",
    story=True,
)
class KeepsTheTextsOfTheRow(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = KeepingRows()


class KeepingEvents(Board):
    def purge(self, task_id: int, now: datetime, *, before: int) -> None:
        super().purge(task_id, now, before=0)


@noticed_by(
    "test_past_events_stay_in_the_feed_without_contents",
    "test_nothing_that_the_store_gives_out_holds_the_text",
)
class KeepsTheContentsOfEvents(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = KeepingEvents()


class KeepingFiles(Board):
    def purge(self, task_id: int, now: datetime, *, before: int) -> None:
        file = self.files.get(task_id)
        super().purge(task_id, now, before=before)
        if file is not None:
            self.files[task_id] = file


@noticed_by("test_nothing_that_the_store_gives_out_holds_the_text")
class KeepsTheFileOfATask(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = KeepingFiles()


@noticed_by("test_documents_that_name_the_task_go_and_others_stay")
class KeepsDocumentsThatNameIt(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        nameless = tuple(replace(document, tasks=()) for document in changes.documents)
        return super()._commit(replace(changes, documents=nameless))


@noticed_by("test_documents_that_name_the_task_go_and_others_stay")
class ErasesAllDocuments(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        if changes.purge:
            self.board.documents.clear()
        return super()._commit(changes)


@noticed_by("test_the_event_that_tells_of_the_purge_keeps_its_contents")
class ErasesTheEventThatTellsOfIt(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        done = super()._commit(changes)
        for task_id in changes.purge:
            self.board.purge(task_id, changes.now, before=len(self.board.feed))
        return done


@noticed_by("test_a_purged_task_is_not_made_again_by_its_external_id")
class ForgetsTheExternalIdOfAPurgedTask(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        done = super()._commit(changes)
        self.board.external = {k: n for k, n in self.board.external.items() if n not in changes.purge}
        return done

    async def by_external_ids(self, external_ids: Sequence[str]) -> dict[str, Task]:
        found = await super().by_external_ids(external_ids)
        return {name: task for name, task in found.items() if not task.purged}
