"""One open instance of a recurring task at a time, whoever closes it and however it is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.recurrence import Wish
from task_assistant.domain.task import Owner, ReviewNeed, Status, Task
from tests.factories import NOW, later
from tests.services.world import PERSON, World

WEEKLY = Wish("FREQ=WEEKLY")


async def chore(world: World, **fields: Any) -> Task:
    return await world.task("Water plants", **{"recurrence": WEEKLY, "due": later(hours=8), **fields})


async def open_ones(world: World) -> list[Task]:
    found = [task for task in world.store.board.tasks.values() if task.active]
    return sorted(found, key=lambda task: task.id)


async def test_doing_one_makes_the_next_in_the_same_commit(world: World) -> None:
    it = await chore(world)
    before = await world.store.position()
    await world.move(it, Command.DONE)
    (coming,) = await open_ones(world)
    assert (coming.title, coming.due, coming.assignee) == (
        "Water plants",
        later(days=7, hours=8),
        Owner.UNASSIGNED,
    )
    kinds = [(event.type, event.actor, event.text) for event in await world.store.events(before, 10)]
    assert kinds == [
        (EventType.COMPLETED, "human", None),
        (EventType.CREATED, "system", f"comes after #{it.id}"),
    ]


async def test_cancelling_skips_one_and_deleting_ends_the_series(world: World) -> None:
    it = await chore(world)
    await world.move(it, Command.CANCEL)
    (coming,) = await open_ones(world)
    await world.move(coming, Command.DELETE)
    assert await open_ones(world) == []


async def test_without_a_recurrence_any_more_nothing_follows(world: World) -> None:
    it = await chore(world)
    await world.edit(it, recurrence=None)
    await world.move(it, Command.DONE)
    assert await open_ones(world) == []


async def test_undoing_the_closing_takes_the_next_back(world: World) -> None:
    it = await chore(world)
    await world.move(it, Command.DONE)
    await world.undo(await world.last(it, EventType.COMPLETED))
    (again,) = await open_ones(world)
    assert again.id == it.id
    assert again.recurrence is not None
    await world.move(it, Command.DONE)
    assert [task.id for task in await open_ones(world)] == [it.id + 2]


async def test_reopening_keeps_a_next_one_that_was_worked_on_and_is_ordinary_itself(world: World) -> None:
    it = await chore(world)
    await world.move(it, Command.DONE)
    (coming,) = await open_ones(world)
    await world.edit(coming, title="Water the plants, and the cactus")
    await world.move(it, Command.REOPEN)
    again, kept = await open_ones(world)
    assert again.recurrence is None
    assert kept.recurrence is not None
    assert (await world.last(it)).changes["recurrence"][1] is None
    await world.move(again, Command.DONE)
    assert [task.id for task in await open_ones(world)] == [kept.id]


async def test_an_approval_and_a_closing_by_policy_make_the_next(world: World) -> None:
    it = await world.submit(await world.claimed(recurrence=WEEKLY, due=later(hours=8)))
    await world.move(it, Command.APPROVE)
    (coming,) = await open_ones(world)
    assert coming.assignee is Owner.CODEX
    await world.edit(coming, review=ReviewNeed.OPTIONAL)
    await world.submit(await world.claim(task_id=coming.id))
    (third,) = await open_ones(world)
    assert (third.review, third.due) == (ReviewNeed.OPTIONAL, later(days=14, hours=8))


async def test_closing_many_at_once_makes_the_next_of_each(world: World) -> None:
    ones = [await chore(world) for _ in range(3)]
    outcomes = await world.tasks.bulk(PERSON, [task.id for task in ones], Command.DONE, {})
    assert [outcome.task.status for outcome in outcomes if outcome.task] == [Status.DONE] * 3
    assert len(await open_ones(world)) == 3


async def test_a_patch_of_the_status_counts_as_closing(world: World) -> None:
    it = await chore(world)
    done = await world.edit(it, status=Status.DONE)
    assert (done.id, done.status) == (it.id, Status.DONE)
    assert len(await open_ones(world)) == 1


async def test_a_task_without_a_deadline_gets_the_first_date_in_the_persons_zone(world: World) -> None:
    await world.services.preferences.change(PERSON, {"zone": "Europe/Zurich"})
    it = await world.task(recurrence=Wish("FREQ=WEEKLY;BYDAY=FR"))
    assert it.due == later(days=1, hours=6)  # Friday 17:00 in Zurich
    assert it.recurrence is not None
    assert (it.recurrence.zone, it.recurrence.starts_at) == ("Europe/Zurich", it.due)


async def test_a_recurrence_given_later_begins_at_the_deadline(world: World) -> None:
    it = await world.task(due=later(hours=8))
    it = await world.edit(it, recurrence=WEEKLY)
    assert it.recurrence is not None
    assert it.recurrence.starts_at == later(hours=8)
    assert (await world.last(it)).changes["recurrence"][0] is None


@pytest.mark.parametrize("count", [1, 2])
async def test_a_series_ends_with_its_count(world: World, count: int) -> None:
    await chore(world, recurrence=Wish(f"FREQ=WEEKLY;COUNT={count}"))
    closed = 0
    while found := await open_ones(world):
        await world.move(found[0], Command.DONE)
        closed += 1
    assert closed == count


async def test_racing_closings_make_one_next(world: World) -> None:
    it = await chore(world)
    await world.move(it, Command.DONE)
    await world.edit(it, status=Status.DONE)
    assert len(await open_ones(world)) == 1
    assert (await open_ones(world))[0].created_at + (later(days=1) - NOW) > NOW
