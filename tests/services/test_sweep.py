"""The sweep tidies up; nothing depends on it being on time, and running it again or twice at once does no harm."""

from __future__ import annotations

import asyncio

from task_assistant.domain.lanes import lane
from task_assistant.domain.task import Lane
from tests.factories import later
from tests.services.world import PERSON, World


async def test_a_deferral_that_has_ended_is_folded_in_without_event_or_version(world: World) -> None:
    task = await world.ready(deferred_until=later(hours=1))
    world.clock.at = later(hours=1)
    assert lane(await world.now(task), world.clock.now()) is Lane.AGENT
    before = await world.history(task)
    assert await world.services.sweep.once() == 1
    assert await world.services.sweep.once() == 0
    after = await world.now(task)
    assert (after.version, after.updated_at, await world.history(task)) == (1, task.updated_at, before)


async def test_many_at_once_are_swept_in_batches_each_once(world: World) -> None:
    for n in range(450):
        await world.ready(f"Task {n}", deferred_until=later(hours=1))
    world.clock.at = later(hours=2)
    assert await world.services.sweep.wake() == 450


async def test_it_leaves_what_somebody_just_wrote(world: World) -> None:
    task = await world.ready(deferred_until=later(hours=1))
    world.clock.at = later(hours=2)
    await asyncio.gather(world.services.sweep.once(), world.edit(task, title="Mine"))
    assert world.store.stale == 1
    assert (await world.now(task)).title == "Mine"


async def test_expired_documents_are_dropped_and_others_kept(world: World) -> None:
    await world.services.links.create()
    await world.services.agents.pause(PERSON, "alpha")
    world.clock.advance(minutes=20)
    await world.services.sweep.once()
    documents = world.store.board.documents
    assert (len(documents["sign_in_link"]), len(documents["pause"])) == (0, 1)
