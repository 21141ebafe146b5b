"""The person's decisions are learned from, in every process alike, and what was judged before is judged anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.learned import Learned
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Assessment, Owner, Task
from task_assistant.services.capture import JUDGING
from tests.services.world import ALPHA, PERSON, World

CALLS = ("Call the dentist", "Call Alice about the lease", "Call the bank", "Call the school", "Call grandma")


async def decide(world: World, title: str, owner: Owner, **fields: Any) -> Task:
    """A capture that the person gives to somebody."""
    task = await world.task(title, **fields)
    return await world.move(task, Command.ASSIGN, assignee=owner)


async def rebuilt(world: World) -> Learned:
    """What all events teach from the first one on."""
    found = Learned()
    for event in await world.store.events(0, 10_000):
        found = found.told(event)
    return found


async def test_the_live_delta_is_the_one_that_all_events_make(world: World) -> None:
    for n in range(30):
        await decide(world, CALLS[n % 5], Owner.CODEX if n % 3 else Owner.ME)
        await world.services.learning.follow()
    await world.undo(await world.last(30, EventType.ASSIGNED))
    live = await world.services.learning.follow()
    assert live == (await rebuilt(world)).now
    assert world.desk.assessor.delta.dump() == live.delta.dump()
    assert live.delta.count == 29


async def test_another_process_goes_on_from_the_snapshot_and_learns_the_same(world: World) -> None:
    for n in range(40):
        await decide(world, CALLS[n % 5], Owner.CODEX)
        if n == 30:
            await world.services.sweep.once()
    before = world.store.reads_of_events
    other = world.other_process()
    assert (await other.learning.follow()).delta.count == 40
    assert world.store.reads_of_events - before == 1
    assert (await other.learning.follow()) == (await world.services.learning.follow())


async def test_a_newer_prior_learns_again_from_the_events_and_forgets_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(30):
        await decide(world, CALLS[n % 5], Owner.CODEX)
    await world.services.sweep.once()
    document = world.store.board.documents["readiness"]["learned"]
    assert document.data is not None
    document.data["prior"] = "an older one"
    document.data["after"] = 10_000
    found = await world.other_process().learning.follow()
    assert found == (await rebuilt(world)).now


async def test_what_was_learned_survives_the_purge_of_its_tasks(world: World) -> None:
    tasks = [await decide(world, title, Owner.CODEX) for title in CALLS]
    before = (await world.services.learning.follow()).delta
    for task in tasks:
        await world.tasks.purge(PERSON, task.id)
    assert (await rebuilt(world)).now.delta == before
    assert "dentist" not in world.everything()


async def test_a_decision_is_told_in_words_and_forgotten_on_demand(world: World) -> None:
    for title in CALLS:
        await decide(world, title, Owner.CODEX)
    habits = {habit.words: habit.points for habit in await world.services.learning.habits(PERSON)}
    assert habits["“call …”"] > 0
    await world.services.learning.reset(PERSON)
    assert await world.services.learning.habits(PERSON) == []
    assert world.desk.assessor.delta.weights == {}
    assert (await world.other_process().learning.follow()).delta.weights == {}


@pytest.mark.parametrize("call", ["habits", "measured", "reset"])
async def test_only_the_person_sees_and_resets_it(world: World, call: str) -> None:
    with pytest.raises(RoleForbidden):
        await getattr(world.services.learning, call)(ALPHA)


async def test_reading_costs_nothing_while_nothing_happens(world: World) -> None:
    await decide(world, CALLS[0], Owner.ME)
    await world.services.learning.follow()
    before = world.store.reads_of_events
    await world.services.learning.follow()
    assert world.store.reads_of_events == before


async def test_sample_tasks_teach_nothing(world: World) -> None:
    await world.services.sample_tasks.load(PERSON)
    assert (await world.services.learning.follow()).delta.count == 0


async def test_undoing_what_the_server_assigned_speaks_against_it(world: World) -> None:
    task = await world.task("Draft the release notes")
    await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)
    by_server = replace(world.store.board.feed[-1], actor="system", lesson=None)
    world.store.board.feed[-1] = by_server
    await world.undo(by_server)
    assert [lesson["agent"] for event in await world.history(task) if (lesson := event.lesson)] == [False]


# -- judged anew -------------------------------------------------------------------------------------------------------


async def test_captures_are_judged_anew_silently_after_ten_decisions(world: World) -> None:
    waiting = await world.task("Call the insurance")
    assert waiting.assessment is not None
    for n in range(10):
        await decide(world, CALLS[n % 5], Owner.CODEX)
    events = len(world.store.board.feed)
    await world.services.sweep.once()
    after = await world.now(waiting)
    assert after.assessment is not None
    assert after.assessment.agent_probability > waiting.assessment.agent_probability + 0.2
    assert "your decisions" in {reason.signal for reason in after.assessment.reasons}
    assert (after.version, after.updated_at, len(world.store.board.feed)) == (1, waiting.updated_at, events)
    assert await world.services.sweep.once() == 0


async def test_a_board_of_old_captures_is_walked_through_in_bites(world: World) -> None:
    for n in range(640):
        await world.task(f"Call number {n}")
    for n in range(10):
        await decide(world, CALLS[n % 5], Owner.CODEX)
    await world.services.learning.follow()
    walk = world.services.judging
    assert [await walk.once() for _ in range(4)] == [250, 250, 140, 0]


def slowly(world: World) -> None:
    """Judging takes a fortieth of the time for a batch for each task."""
    judge = world.desk.assessor.judge

    def slow(task: Task, now: datetime) -> Assessment:
        world.clock.advance(seconds=JUDGING.total_seconds() / 40)
        return judge(task, now)

    world.desk.assessor.judge = slow  # type: ignore[method-assign]  # the only thing that is made slow


async def test_who_waits_for_the_rest_of_a_batch_begins_when_it_is_written(world: World) -> None:
    slowly(world)
    waiting = asyncio.create_task(world.services.judging.owed())
    await asyncio.sleep(0)
    await world.ingest(*({"title": f"Call number {n}"} for n in range(110)))
    assert await waiting == 10


async def test_every_capture_of_a_batch_is_judged_in_the_answer_while_that_is_quick(world: World) -> None:
    made = (await world.ingest(*({"title": f"Call number {n}"} for n in range(500)))).created
    assert all(task.assessment is not None for task in made)
    assert not world.desk.assessor.owing.is_set()


async def test_where_judging_takes_long_the_first_are_judged_at_once_and_the_rest_by_the_sweep(
    world: World,
) -> None:
    slowly(world)
    made = (await world.ingest(*({"title": f"Call number {n}"} for n in range(180)))).created
    assert [task.assessment is not None for task in made] == [True] * 100 + [False] * 80
    await world.services.judging.owed()
    assert all([(await world.now(task)).assessment is not None for task in made])
    assert not world.desk.assessor.owing.is_set()


async def test_what_somebody_just_wrote_is_left_and_the_others_are_judged(world: World) -> None:
    tasks = [await world.task(f"Call number {n}") for n in range(3)]
    for n in range(10):
        await decide(world, CALLS[n % 5], Owner.CODEX)
    await world.services.learning.follow()
    found = [await world.now(task) for task in tasks]
    await world.edit(tasks[1], priority=1)
    judging = world.services.judging
    assert await judging._judge(found) == 2
    assert (await world.now(tasks[1])).priority == 1
