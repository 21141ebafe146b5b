"""Signals: whoever waits for news is woken, and nobody polls the database for it."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.ports.store import Stale, Store
from tests.factories import changes, document, task, update
from tests.stores.conformance.backend import Backend
from tests.stores.conformance.telling import change, put_one


class Signals(Backend):
    async def test_the_stamp_differs_after_any_commit_silent_ones_too(self, store: Store) -> None:
        seen = [await store.stamp()]
        there = await put_one(store, task())
        seen.append(await store.stamp())
        await store.commit(changes(update(there, events=())))
        seen.append(await store.stamp())
        await store.commit(changes(documents=(document(),)))
        seen.append(await store.stamp())
        assert len(set(seen)) == 4

    async def test_the_stamp_stays_while_nothing_is_committed(self, store: Store) -> None:
        await put_one(store, task())
        stamp = await store.stamp()
        await store.position()
        assert await store.stamp() == stamp

    async def test_a_refused_commit_tells_nobody(self, store: Store) -> None:
        there = await put_one(store, task())
        await change(store, there)
        stamp = await store.stamp()
        with pytest.raises(Stale):
            await store.commit(changes(update(there)))
        assert await store.stamp() == stamp

    async def test_waiting_ends_with_the_next_commit(self, store: Store) -> None:
        stamp = await store.stamp()
        waiting = [asyncio.create_task(store.changed(stamp, 30)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in waiting)
        await put_one(store, task())
        assert set(await asyncio.gather(*waiting)) == {await store.stamp()}

    async def test_waiting_for_what_has_happened_already_ends_at_once(self, store: Store) -> None:
        stamp = await store.stamp()
        await put_one(store, task())
        assert await store.changed(stamp, 30) == await store.stamp()

    async def test_waiting_in_vain_ends_with_the_same_stamp(self, store: Store) -> None:
        stamp = await store.stamp()
        assert await store.changed(stamp, 0.01) == stamp
        assert await store.changed(stamp, 0) == stamp

    async def test_whoever_stops_waiting_leaves_the_others_waiting(self, store: Store) -> None:
        stamp = await store.stamp()
        gone, stays = (asyncio.create_task(store.changed(stamp, 30)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        await put_one(store, task())
        assert await stays == await store.stamp()

    async def test_a_fresh_store_is_ready(self, store: Store) -> None:
        await store.check()
        assert await store.position() == 0
