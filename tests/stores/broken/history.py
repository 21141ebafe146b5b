"""Broken promises about the feed and about a task's file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from task_assistant.domain.history import Event
from task_assistant.domain.records import Record, RecordKind
from task_assistant.ports.store import ChangeSet, Committed
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.memory.board import Board
from tests.stores.broken.registry import noticed_by


@noticed_by(
    "test_a_reader_goes_on_after_the_last_seq_it_saw",
    "test_interleaved_readers_get_every_event_exactly_once",
    "test_a_commit_of_five_hundred_tasks_is_one_commit",
    story=True,
)
class DropsAnEvent(MemoryStore):
    async def events(self, after: int, limit: int) -> list[Event]:
        return [event for event in await super().events(after, limit) if event.seq % 7 != 5]


class OneSeqACommit(Board):
    def append(self, event: Event) -> Event:
        placed = super().append(event)
        again = replace(placed, seq=max(1, placed.seq - placed.seq % 2))
        self.feed[-1] = again
        return again


@noticed_by(
    "test_seq_rises_from_one_commit_to_the_next_as_declared",
    "test_a_commit_answers_its_tasks_and_events_in_order",
)
class UsesASeqTwice(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = OneSeqACommit()


@noticed_by("test_interleaved_readers_get_every_event_exactly_once")
class ShowsEventsBeforeOlderOnes(MemoryStore):
    """A seq is given out before the commit is seen, so a quick reader passes a slow commit."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen: set[int] = set()

    async def commit(self, changes: ChangeSet) -> Committed:
        done = await super().commit(changes)
        hidden = {event.seq for event in done.events if event.task_id is not None and event.task_id % 2}
        self.unseen |= hidden
        for _ in range(3):
            await asyncio.sleep(0)
        self.unseen -= hidden
        return done

    async def events(self, after: int, limit: int) -> list[Event]:
        seen = [event for event in self.board.feed[after:] if event.seq not in self.unseen]
        return seen[:limit]


@noticed_by(
    "test_one_stale_write_undoes_the_whole_commit",
    "test_a_refused_commit_leaves_no_trace_in_the_feed",
)
class KeepsEventsOfRefusedCommits(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        try:
            return super()._commit(changes)
        except Exception:
            for event in (event for write in changes.writes for event in write.events):
                self.board.append(replace(event, task_id=None))
            raise


@noticed_by("test_a_commit_answers_its_tasks_and_events_in_order", "test_a_task_has_a_history_of_its_own")
class LeavesThePlaceholderInEvents(MemoryStore):
    def _commit(self, changes: ChangeSet) -> Committed:
        done = super()._commit(changes)
        for task in done.tasks:
            self.board.histories.pop(task.id, None)
        unnamed = [replace(event, task_id=None) for event in done.events]
        self.board.feed[len(self.board.feed) - len(unnamed) :] = unnamed
        return Committed(done.tasks, tuple(unnamed))


@noticed_by("test_a_task_has_a_history_of_its_own")
class MixesHistories(MemoryStore):
    async def task_events(self, task_id: int, after: int, limit: int) -> list[Event]:
        return await self.events(after, limit)


@noticed_by("test_an_event_comes_back_with_every_field_as_it_was_written")
class ForgetsWhatAnEventUndoes(MemoryStore):
    async def event(self, event_id: str) -> Event | None:
        found = await super().event(event_id)
        return found and replace(found, undoes=None)


@noticed_by("test_the_newest_of_each_kind_come_first")
class ListsRecordsOldestFirst(MemoryStore):
    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        return (await super().records(task_id, kinds, 1_000))[::-1][:limit]


@noticed_by("test_the_newest_of_each_kind_come_first")
class LimitsAllKindsTogether(MemoryStore):
    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        return (await super().records(task_id, kinds, limit))[:limit]


@noticed_by("test_a_list_of_records_carries_no_long_texts")
class ListsLongTexts(MemoryStore):
    async def records(self, task_id: int, kinds: Sequence[RecordKind], limit: int) -> list[Record]:
        found = await super().records(task_id, kinds, limit)
        return [await self.record(task_id, each.kind, each.n) or each for each in found]


class Merging(Board):
    def file(self, task_id: int, record: Record) -> None:
        before = self.files[task_id][record.kind].get(record.n)
        super().file(task_id, record if record.text or not before else replace(record, text=before.text))


@noticed_by("test_writing_a_number_again_replaces_the_record")
class KeepsTheOldTextOfARecord(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = Merging()


class NeverRemoving(Board):
    def file(self, task_id: int, record: Record) -> None:
        if record.data is not None:
            super().file(task_id, record)


@noticed_by("test_a_record_without_data_is_removed")
class NeverRemovesARecord(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.board = NeverRemoving()
