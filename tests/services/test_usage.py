"""What agents used by day: each ended attempt counts once, however it ended and whoever counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from task_assistant.domain.errors import RoleForbidden
from task_assistant.domain.lifecycle import Command
from task_assistant.services.usage import CURSOR, KEPT_DAYS, Usage, Used
from tests.services.world import ALPHA, BETA, PERSON, World

TODAY = date(2026, 5, 7)
SOME = {"input_tokens": 1_000, "output_tokens": 200, "cost": "0.10", "currency": "USD"}


async def days(world: World, back: int = 14) -> list[Used]:
    await world.services.usage.count()
    return await world.services.usage.days(PERSON, back)


async def test_nothing_ended_is_nothing_used(world: World) -> None:
    await world.claimed()
    assert await days(world) == []


async def test_attempts_add_up_by_day_and_agent_exactly(world: World) -> None:
    for _ in range(3):
        await world.submit(await world.claimed(), usage=SOME)
    await world.submit(await world.claimed(BETA), BETA, usage={"cost": "1.5", "currency": "EUR"})
    world.clock.advance(days=1)
    await world.submit(await world.claimed())
    assert await days(world) == [
        Used(TODAY + timedelta(days=1), "alpha", 1, 1, 0, 0, 0, ()),
        Used(TODAY, "alpha", 3, 3, 3, 3_000, 600, (("USD", Decimal("0.30")),)),
        Used(TODAY, "beta", 1, 1, 1, 0, 0, (("EUR", Decimal("1.5")),)),
    ]


async def _ask(world: World, held: Any) -> None:
    await world.ask(held)


async def _release(world: World, held: Any) -> None:
    await world.work.release(ALPHA, held.task.id, held.token, {"outcome": "failed", "usage": SOME})


async def _cancel(world: World, held: Any) -> None:
    await world.move(held, Command.CANCEL)


async def _run_out(world: World, held: Any) -> None:
    world.clock.at = (await world.now(held)).claimed().expires_at
    await world.services.sweep.wake()


async def _lost_to_another(world: World, held: Any) -> None:
    world.clock.at = (await world.now(held)).claimed().expires_at
    await world.claim(BETA)


@pytest.mark.parametrize("end", [_ask, _release, _cancel, _run_out, _lost_to_another])
async def test_an_attempt_counts_however_it_ended(world: World, end: Any) -> None:
    held = await world.claimed()
    await world.work.progress(ALPHA, held.task.id, held.token, {"note": "halfway", "usage": SOME})
    await end(world, held)
    (used,) = await days(world)
    assert (used.agent, used.attempts, used.handed_back, used.reported) == ("alpha", 1, 0, 1)
    assert used.costs == (("USD", Decimal("0.10")),)


async def test_resuming_a_claim_is_no_end_of_it(world: World) -> None:
    held = await world.claimed()
    again = await world.claim(resume=True)
    assert await days(world) == []
    await world.submit(again)
    assert [used.attempts for used in await days(world)] == [1]
    assert held.task.id == again.task.id


async def test_counting_again_adds_nothing(world: World) -> None:
    await world.submit(await world.claimed(), usage=SOME)
    first = await days(world)
    assert await world.services.usage.count() == 0
    assert await Usage(world.desk).count() == 0
    assert await days(world) == first


async def test_two_processes_never_count_an_attempt_twice(world: World) -> None:
    one, two = Usage(world.desk), Usage(world.desk)
    for _ in range(3):
        await world.submit(await world.claimed(), usage=SOME)
        before = await world.store.position()
        assert before > 0
        # `two` decides on what it read before `one` commits: its commit must fall.
        late = two._projection
        place = late._place or await late._found()
        events = await world.store.events(place.after, 500)
        assert await one.count() == len(events)
        await late._count(place, events)
        assert await two.count() == 0
    (used,) = await days(world)
    assert (used.attempts, used.input_tokens) == (3, 3_000)


async def test_there_is_only_ever_one_cursor(world: World) -> None:
    for _ in range(3):
        await world.submit(await world.claimed())
        await world.services.usage.count()
    assert len(await world.store.documents(CURSOR, world.clock.now())) == 1


async def test_a_purged_task_that_was_counted_stays_counted(world: World) -> None:
    held = await world.claimed()
    await world.submit(held, usage=SOME)
    before = await days(world)
    await world.tasks.purge(PERSON, held.task.id)
    assert await days(world) == before


async def test_old_days_are_not_listed_and_are_dropped_in_the_end(world: World) -> None:
    await world.submit(await world.claimed(), usage=SOME)
    await world.services.usage.count()
    world.clock.advance(days=14)
    assert await days(world) == []
    assert [used.day for used in await days(world, 30)] == [TODAY]
    world.clock.advance(days=KEPT_DAYS)
    await world.services.sweep.once()
    assert await days(world, 365) == []


async def test_only_the_person_reads_it(world: World) -> None:
    with pytest.raises(RoleForbidden):
        await world.services.usage.days(ALPHA, 14)


async def test_an_idle_board_costs_no_read_of_events(world: World) -> None:
    await world.submit(await world.claimed())
    await world.services.usage.count()
    read = world.store.reads_of_events
    await world.services.usage.count()
    assert world.store.reads_of_events == read
