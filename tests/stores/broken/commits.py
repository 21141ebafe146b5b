"""Broken promises about commits, ids, documents and dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from task_assistant.domain.errors import DependencyCycle, InvalidFields
from task_assistant.domain.task import Task
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, Committed, Stale, Write
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.memory.board import Board
from tests.stores.broken.registry import noticed_by


def believing(store: MemoryStore, write: Write) -> Write:
    """The write with the revision that the task has now."""
    there = store.board.tasks.get(write.task.id)
    return write if write.expected is None or there is None else replace(write, expected=there.revision)


@noticed_by(
    "test_a_write_of_a_task_that_has_changed_since_it_was_read_is_stale",
    "test_concurrent_changes_lose_no_update",
    "test_a_claim_by_id_that_somebody_was_quicker_with_is_stale",
    story=True,
)
class ForgetsTheExpectedRevision(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        return super()._commit(
            replace(changes, writes=tuple(believing(self, write) for write in changes.writes))
        )


@noticed_by(
    "test_one_stale_write_undoes_the_whole_commit",
    "test_a_document_that_is_not_as_expected_undoes_the_whole_commit",
    story=True,
)
class CommitsHalf(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        if len(changes.writes) < 2 and not (changes.writes and changes.documents):
            return super()._commit(changes)
        done = [
            super(CommitsHalf, self)._commit(ChangeSet(changes.now, (write,))) for write in changes.writes
        ]
        rest = super()._commit(replace(changes, writes=()))
        tasks = tuple(task for each in done for task in each.tasks)
        return Committed(tasks, tuple(event for each in (*done, rest) for event in each.events))


@noticed_by("test_concurrent_changes_lose_no_update")
class ChecksThenWritesLater(MemoryStore):
    async def commit(self, changes: ChangeSet) -> Committed:
        for write in changes.writes:
            there = self.board.tasks.get(write.task.id)
            if write.expected is not None and (there is None or there.revision != write.expected):
                raise Stale(write.task.id)
        await asyncio.sleep(0)
        return self._commit(
            replace(changes, writes=tuple(believing(self, write) for write in changes.writes))
        )


@noticed_by("test_a_task_and_its_document_are_seen_together_or_not_at_all")
class ShowsTheDocumentLater(MemoryStore):
    async def commit(self, changes: ChangeSet) -> Committed:
        done = await super().commit(replace(changes, documents=()))
        await asyncio.sleep(0)
        super()._commit(ChangeSet(changes.now, documents=changes.documents))
        return done


class KeepingRevisions(Board):
    def put(self, task: Task, now: datetime) -> None:
        super().put(task, now)
        self.tasks[task.id] = self.tasks[task.id].having(revision=1)


@noticed_by("test_every_write_changes_the_revision")
class NeverChangesTheRevision(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = KeepingRevisions()


class Rounding(Board):
    def put(self, task: Task, now: datetime) -> None:
        due = task.due and task.due.replace(microsecond=task.due.microsecond // 1_000 * 1_000)
        super().put(task.having(due=due), now)


@noticed_by(
    "test_times_survive_to_the_microsecond_in_every_year",
    "test_a_task_comes_back_with_every_field_as_it_was_written",
    story=True,
)
class RoundsToMilliseconds(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = Rounding()


class Believing(Board):
    def recount(self, ids: Iterable[int]) -> None:
        """What was written counts."""

    def put(self, task: Task, now: datetime) -> None:
        super().put(task, now)
        counts = {"open_dependencies": task.open_dependencies, "unblocks": task.unblocks}
        self.tasks[task.id] = self.tasks[task.id].having(**counts)


@noticed_by("test_what_the_store_counts_cannot_be_written", "test_both_ends_of_a_dependency_are_counted")
class TrustsTheCountsThatAreWritten(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = Believing()


@noticed_by(
    "test_a_dependency_that_ends_frees_those_who_wait_for_it",
    "test_a_dependency_that_reopens_holds_again",
    "test_a_task_that_is_set_free_is_claimable_at_once",
    story=True,
)
class ForgetsWhoWaits(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        before = dict(self.board.tasks)
        done = super()._commit(changes)
        named = {task.id for task in done.tasks}.union(changes.purge)
        self.board.tasks |= {task_id: task for task_id, task in before.items() if task_id not in named}
        return done


@noticed_by(
    "test_a_circle_is_refused_and_shown",
    "test_a_circle_within_one_commit_is_refused",
    "test_of_concurrent_halves_of_a_circle_at_most_one_gets_in",
    story=True,
)
class AllowsCircles(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        try:
            return super()._commit(changes)
        except DependencyCycle:
            cut = tuple(replace(write, task=write.task.having(depends_on=())) for write in changes.writes)
            return super()._commit(replace(changes, writes=cut))


@noticed_by("test_an_unknown_dependency_is_refused_by_field")
class AllowsUnknownDependencies(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        try:
            return super()._commit(changes)
        except InvalidFields:
            cut = tuple(replace(write, task=write.task.having(depends_on=())) for write in changes.writes)
            return super()._commit(replace(changes, writes=cut))


@noticed_by(
    "test_a_known_external_id_is_refused_and_names_the_task",
    "test_of_concurrent_inserts_with_one_external_id_exactly_one_gets_in",
    "test_a_deleted_task_keeps_its_external_id",
)
class AllowsAnExternalIdTwice(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        self.board.external.clear()
        return super()._commit(changes)


@noticed_by("test_an_external_id_that_was_taken_away_is_free")
class NeverFreesAnExternalId(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        before = dict(self.board.external)
        done = super()._commit(changes)
        self.board.external = {**before, **self.board.external}
        return done


@noticed_by(
    "test_an_id_never_names_another_task_after_a_purge",
    "test_the_row_stays_deleted_with_its_numbers_and_without_texts",
)
class GivesAnIdAgainAfterAPurge(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        done = super()._commit(changes)
        for task_id in changes.purge:
            self.board.tasks.pop(task_id, None)
            self.board.last_id = max(self.board.tasks, default=0)
        return done


@noticed_by(
    "test_nobody_reads_an_expired_document",
    "test_expired_documents_are_dropped_and_counted",
    "test_an_expired_document_counts_as_absent_for_expectations",
)
class ReturnsExpiredDocuments(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        forever = tuple(replace(document, expires_at=None) for document in changes.documents)
        return super()._commit(replace(changes, documents=forever))


@noticed_by(
    "test_a_one_use_link_is_used_once",
    "test_absent_is_refused_when_the_document_is_there",
    "test_of_concurrent_users_of_a_one_use_link_exactly_one_gets_in",
)
class IgnoresWhatDocumentsExpect(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        anyhow = tuple(replace(document, expect="any") for document in changes.documents)
        return super()._commit(replace(changes, documents=anyhow))


@noticed_by("test_kinds_are_worlds_of_their_own")
class MixesKindsOfDocuments(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        return super()._commit(
            replace(changes, documents=tuple(replace(d, kind="source") for d in changes.documents))
        )


@noticed_by("test_changing_what_was_read_changes_nothing_in_the_store")
class SharesItsMemory(MemoryStore):
    async def document(self, kind: str, key: str, now: datetime) -> Document | None:
        return self.board.documents[kind].get(key)


@noticed_by("test_all_of_a_kind_come_in_key_order")
class ListsDocumentsAsTheyCame(MemoryStore):
    async def documents(self, kind: str, now: datetime, keys: Iterable[str] | None = None) -> list[Document]:
        return list(self.board.documents[kind].values())


@noticed_by("test_the_stamp_differs_after_any_commit_silent_ones_too")
class TellsNobodyOfSilentCommits(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        commits = self._commits
        news = self._news
        done = super()._commit(changes)
        self._commits = commits + bool(done.events)
        self._news = news
        return done
