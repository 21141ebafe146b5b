"""Broken promises about moving house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from task_assistant.domain.history import Event
from task_assistant.ports.moving import Filed, Item, Kept, Part, Place, Snapshot, place
from task_assistant.stores.memory import MemoryStore
from task_assistant.stores.memory.moving import MemorySnapshot
from tests.stores.broken.registry import noticed_by


class Live:
    """Looks at the board anew with each page."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def count(self, part: Part) -> int:
        return await MemorySnapshot(self._store.board).count(part)

    async def read(self, part: Part, after: Place | None, limit: int) -> list[Item]:
        return await MemorySnapshot(self._store.board).read(part, after, limit)


@noticed_by(
    "test_a_snapshot_stays_as_it_was_while_others_write",
    "test_a_snapshot_under_write_load_agrees_with_its_events",
)
class ShowsWhatIsWrittenMeanwhile(MemoryStore):
    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        @asynccontextmanager
        async def live() -> AsyncIterator[Snapshot]:
            yield Live(self)

        return live()


class LoadsOtherwise(MemoryStore):
    """A store that changes what it loads."""

    async def load(self, items: Sequence[Item]) -> None:
        await super().load([other for item in items if (other := self.altered(item)) is not None])

    def altered(self, item: Item) -> Item | None:
        return item


@noticed_by(
    "test_what_was_loaded_is_the_same_as_what_was_read", "test_a_loaded_store_derives_what_the_first_one_did"
)
class ForgetsWhoHeldATask(LoadsOtherwise):
    def altered(self, item: Item) -> Item | None:
        return Kept(item.task.having(claim=None), item.written_at) if isinstance(item, Kept) else item


@noticed_by("test_external_ids_stay_taken_after_a_move_also_those_of_purged_tasks")
class ForgetsTheIdsOfPurgedTasks(LoadsOtherwise):
    def altered(self, item: Item) -> Item | None:
        return replace(item, digest=None) if isinstance(item, Kept) else item


@noticed_by("test_gaps_between_numbers_stay")
class NumbersEventsAnew(LoadsOtherwise):
    def altered(self, item: Item) -> Item | None:
        return replace(item, seq=self.board.position + 1) if isinstance(item, Event) else item


@noticed_by("test_what_was_loaded_is_the_same_as_what_was_read")
class LosesLongTexts(LoadsOtherwise):
    def altered(self, item: Item) -> Item | None:
        if isinstance(item, Filed):
            return replace(item, record=replace(item.record, text=None))
        return item


@noticed_by("test_life_goes_on_in_a_loaded_store")
class GivesOutLoadedIdsAgain(MemoryStore):
    async def load(self, items: Sequence[Item]) -> None:
        await super().load(items)
        self.board.last_id = 0


@noticed_by("test_a_snapshot_holds_every_part_in_the_order_of_its_places")
class ReadsInNoOrder(MemoryStore):
    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        @asynccontextmanager
        async def unordered() -> AsyncIterator[Snapshot]:
            found = MemorySnapshot(self.board)
            found._items = {
                part: sorted(items, key=place, reverse=True) for part, items in found._items.items()
            }
            yield found

        return unordered()
