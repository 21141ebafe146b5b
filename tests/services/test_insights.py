"""Insights: counted from the feed once, whoever counts; made again the same; private tasks apart; bounded reads."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.insights import Stage
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Owner
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet
from task_assistant.services.figures import Figures
from task_assistant.services.insights import AGES, CURSOR, DAY, TASK, Insights
from tests.services.world import ALPHA, MAIL, PERSON, WALL, World


async def figures(world: World, by: Caller = PERSON, weeks: int = 4) -> Figures:
    await world.services.usage.count()
    await world.services.insights.count()
    return await world.services.insights.read(by, weeks)


async def kept(world: World) -> list[tuple[str, str, Any]]:
    """Everything that the insights keep, but for the cursor."""
    found = []
    for kind in (DAY, TASK, AGES):
        found += await world.store.documents(kind, world.clock.now())
    return [(each.kind, each.key, each.data) for each in found]


async def counted_again(world: World) -> int:
    """Forgets what was counted, and counts from the first event; how many events there are."""
    now = world.clock.now()
    gone = [each for kind in (CURSOR, DAY, TASK, AGES) for each in await world.store.documents(kind, now)]
    forgotten = tuple(Document(each.kind, each.key, None) for each in gone)
    await world.store.commit(ChangeSet(now, documents=forgotten))
    return await Insights(world.desk, world.services.usage).count()


async def a_week(world: World) -> None:
    """A bit of everything."""
    held = await world.claimed()
    world.clock.advance(minutes=20)
    await world.submit(held, usage={"cost": "0.10", "currency": "USD", "input_tokens": 5})
    world.clock.advance(hours=5)
    await world.move(held, Command.SEND_BACK, feedback="Shorter")
    again = await world.claim(ALPHA, held.task.id)
    await world.submit(again)
    await world.move(held, Command.APPROVE)
    await world.ingest(
        {"title": "From mail", "origin": "email"}, {"title": "Also", "origin": "email"}, by=MAIL
    )
    asked = await world.asked()
    world.clock.advance(days=1)
    await world.move(asked, Command.ANSWER, answer="1.0")
    mine = await world.task(assignee=Owner.ME, due=world.clock.now())
    world.clock.advance(hours=1)
    await world.move(mine, Command.DONE)
    await world.undo(await world.last(mine))
    gone = await world.task("Gone")
    await world.move(gone, Command.DELETE)
    await world.task("Secret", private=True)


async def test_the_figures_tell_the_week(world: World) -> None:
    await a_week(world)
    found = await figures(world)
    (week,) = [each for each in found.flow if each.created]
    assert (week.created, week.done, week.cancelled, week.reopened) == (7, 2, 0, 1)
    assert (found.delegated.part, found.delegated.whole) == (2, 3)
    (agent,) = found.agents
    assert (agent.name, agent.approved, agent.sent_back, agent.acceptance) == ("alpha", 1, 1, 0.5)
    assert found.rounds == (("2", 1),)
    assert (found.deadlines.part, found.deadlines.whole) == (0, 1)
    waits = {each.stage: each for each in found.waits}
    assert waits[Stage.REVIEW].length.n == 2
    assert waits[Stage.REVIEW].length.mean_seconds == 5 * 3600 // 2
    assert (waits[Stage.ASKED].on, waits[Stage.ASKED].length.n) == ("person", 1)
    assert waits[Stage.WORKING].length.n == 3
    ages = {each.stage: each.tasks for each in found.ages if each.tasks}
    assert ages == {Stage.TRIAGE: 3, Stage.HUMAN: 1, Stage.READY: 1}
    assert {each.origin: each.created for each in found.sources} == {"manual": 5, "email": 2}
    assert found.cost is not None
    assert found.behind == 0


async def test_ages_tell_since_when_open_tasks_wait(world: World) -> None:
    await world.task("Old")
    world.clock.advance(days=10)
    await world.task("New")
    (triage,) = [each for each in (await figures(world)).ages if each.stage is Stage.TRIAGE]
    assert (triage.tasks, triage.day, triage.month, triage.oldest_days) == (2, 1, 1, 10)


async def test_counting_again_from_the_feed_gives_the_same(world: World) -> None:
    await a_week(world)
    first = await figures(world)
    before = await kept(world)
    assert before
    assert await counted_again(world) == await world.store.position()
    assert await kept(world) == before
    assert await figures(world) == first


async def test_counting_in_small_pieces_gives_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_week(world)
    await figures(world)
    before = await kept(world)
    monkeypatch.setattr("task_assistant.services.projection.BATCH", 3)
    await counted_again(world)
    assert await kept(world) == before


async def test_two_processes_count_each_event_once(world: World) -> None:
    other = Insights(world.desk, world.services.usage)
    await a_week(world)
    await other.count()
    await world.task("More")
    await world.services.insights.count()
    await world.task("Yet more")
    await other.count()
    before = await kept(world)
    await counted_again(world)
    assert await kept(world) == before
    assert len(await world.store.documents(CURSOR, world.clock.now())) == 1


async def test_a_reader_sees_no_private_task_in_any_number_and_no_cost(world: World) -> None:
    await world.task("Open")
    before = await figures(world, WALL)
    await world.task("Secret", private=True, assignee=Owner.ME)
    after = await figures(world, WALL)
    assert (after.flow, after.ages, after.delegated, after.sources) == (
        before.flow,
        before.ages,
        before.delegated,
        before.sources,
    )
    assert after.cost is None
    assert sum(week.created for week in (await figures(world)).flow) == 2


async def test_a_task_that_becomes_private_moves_among_the_ages(world: World) -> None:
    task = await world.task("Open")
    await world.edit(task, private=True)
    assert [each.tasks for each in (await figures(world, WALL)).ages if each.tasks] == []
    await world.edit(task, private=False)
    assert [each.tasks for each in (await figures(world, WALL)).ages if each.tasks] == [1]


@pytest.mark.parametrize("by", [ALPHA, MAIL])
async def test_agents_and_adapters_read_none(world: World, by: Caller) -> None:
    with pytest.raises(RoleForbidden):
        await world.services.insights.read(by, 4)


async def test_a_purge_leaves_the_numbers_right_and_no_words(world: World) -> None:
    task = await world.task("Confidential")
    await figures(world)
    await world.services.tasks.purge(PERSON, task.id)
    found = await figures(world)
    assert [each.tasks for each in found.ages if each.tasks] == []
    assert sum(week.created for week in found.flow) == 1
    assert "Confidential" not in repr(await kept(world))


async def test_reading_costs_the_same_whatever_the_board(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    documents = world.store.documents

    async def counted(*given: Any, **named: Any) -> Any:
        found = await documents(*given, **named)
        reads.append(len(found))
        return found

    monkeypatch.setattr(world.store, "documents", counted)
    sums = []
    for _ in range(2):
        for n in range(30):
            await world.task(f"Task {n}")
        await figures(world)
        reads.clear()
        await world.services.insights.read(PERSON, 4)
        sums.append((len(reads), sum(reads)))
    assert sums[0] == sums[1]
