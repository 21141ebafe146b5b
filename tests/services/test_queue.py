"""The queue: ranked, counted over the whole board, and cheap to ask whether anything has changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import pytest

from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner
from task_assistant.services.queue import ranked
from tests.factories import MICROSECOND, later
from tests.services.world import ALPHA, PERSON, World, ids


async def test_the_summary_counts_the_whole_board_by_its_definitions(world: World) -> None:
    await world.task(assignee=Owner.ME, due=later(hours=-1))
    await world.task(due=later(hours=24))
    await world.ready()
    await world.claimed()
    await world.reviewed()
    await world.asked()
    await world.ready(deferred_until=later(days=1))
    await world.move(await world.task(), Command.CANCEL)
    await world.move(await world.task(), Command.DELETE)
    assert asdict(await world.services.queue.summary(PERSON)) == {
        "active": 7, "overdue": 1, "due_soon": 1, "codex_ready": 1, "human_input": 3, "review": 1, "blocked": 1,
        "unassigned": 1, "working": 1, "waiting": 1,
    }  # fmt: skip


async def test_claimed_and_waiting_tasks_rank_last_and_reasons_always_name_the_priority(world: World) -> None:
    held = await world.claimed(priority=1)
    waiting = await world.ready(priority=1, deferred_until=later(days=1))
    plain = await world.ready(priority=5)
    tasks = await world.services.queue.top(PERSON, limit=10)
    assert ids(tasks)[0] == plain.id
    assert set(ids(tasks)[1:]) == {held.task.id, waiting.id}
    for position, (_, rank) in enumerate(ranked(tasks, world.clock.now()), 1):
        assert rank.position == position
        assert "priority" in {reason.factor for reason in rank.reasons}
        assert rank.score == sum(reason.points for reason in rank.reasons)


async def test_top_narrows_by_lane(world: World) -> None:
    await world.task(assignee=Owner.ME)
    ready = await world.ready()
    assert ids(await world.services.queue.top(PERSON, limit=10, lane=Lane.AGENT)) == [ready.id]


Change = Callable[[World, Any], Awaitable[object]]


async def test_an_unchanged_board_has_an_unchanged_tag_and_a_heartbeat_changes_the_stamp_only(
    world: World,
) -> None:
    held = await world.claimed()
    before = await world.services.queue.state()
    assert await world.services.queue.state() is before
    await world.work.heartbeat(ALPHA, held.task.id, held.token)
    after = await world.services.queue.state()
    assert (after.tag, after.stamp != before.stamp) == (before.tag, True)


async def test_every_event_changes_the_tag(world: World) -> None:
    task = await world.ready()
    tags = [(await world.services.queue.state()).tag]
    changes: list[Change] = [
        lambda w, t: w.edit(t, title="x"),
        lambda w, t: w.tasks.comment(PERSON, t.id, "x"),
        lambda w, t: w.claim(),
        lambda w, t: w.move(t, Command.CANCEL),
        lambda w, t: w.tasks.purge(PERSON, t.id),
    ]
    for change in changes:
        await change(world, task)
        tags.append((await world.services.queue.state()).tag)
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"due": later(days=2)}, later(days=2)),
        ({"due": later(days=2)}, later(days=1)),
        ({"deferred_until": later(hours=1)}, later(hours=1)),
    ],
)
async def test_the_tag_changes_when_a_due_time_the_day_before_it_or_a_deferral_passes(
    world: World, fields: dict[str, Any], at: Any
) -> None:
    await world.ready(**fields)
    world.clock.at = at - MICROSECOND
    before = (await world.services.queue.state()).tag
    world.clock.at = at
    assert (await world.services.queue.state()).tag != before


async def test_the_tag_changes_when_a_lease_passes(world: World) -> None:
    held = await world.claimed()
    before = (await world.services.queue.state()).tag
    world.clock.at = held.task.claimed().expires_at
    assert (await world.services.queue.state()).tag != before
    assert (await world.services.queue.summary(PERSON)).codex_ready == 1
