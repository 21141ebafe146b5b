"""What the server does by itself makes way: pieces of work begin further apart while somebody asks."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.services.deliveries import AT_ONCE
from task_assistant.services.projection import BATCH
from task_assistant.services.rests import IDLE, USED, USED_WITHIN, Rests
from tests.services.world import PERSON, World


class Time:
    """Passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.at = 100.0
        self.rests = Rests(lambda: self.at, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        await asyncio.sleep(0)

    async def took(self, turns: int) -> float:
        before = self.at
        await asyncio.gather(*(self.rests.turn() for _ in range(turns)))
        return round(self.at - before, 6)


async def test_the_first_piece_begins_at_once_and_others_after_it_follow_closely() -> None:
    assert await Time().took(5) == round(4 * IDLE, 6)


async def test_pieces_are_far_apart_while_somebody_asks() -> None:
    time = Time()
    time.rests.asked()
    assert await time.took(2) == USED


async def test_they_go_on_at_once_when_nobody_has_asked_for_a_while() -> None:
    time = Time()
    time.rests.asked()
    await time.sleep(USED_WITHIN)
    assert await time.took(3) == round(2 * IDLE, 6)


async def test_a_piece_that_comes_after_a_pause_waits_for_nothing() -> None:
    time = Time()
    time.rests.asked()
    await time.took(1)
    await time.sleep(USED)
    assert await time.took(1) == 0.0


@pytest.fixture
def turns(world: World, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One for each turn that was waited for."""
    taken: list[None] = []

    async def noted(_: Rests) -> None:
        taken.append(None)

    monkeypatch.setattr(Rests, "turn", noted)
    return taken


async def test_counting_waits_for_a_turn_before_each_piece(world: World, turns: list[None]) -> None:
    await world.ingest(*({"title": f"{n}"} for n in range(BATCH * 2 + 1)))
    await world.services.usage.count()
    assert len(turns) == 3


async def test_deliveries_wait_for_a_turn_before_they_take_events_and_before_they_send(
    world: World, turns: list[None]
) -> None:
    await world.services.webhooks.create(PERSON, "https://example.org/hook", ["created"])
    await world.ingest(*({"title": f"{n}"} for n in range(AT_ONCE * 2 + 1)))
    await world.services.deliveries.round(wait=True)
    assert len(turns) == 1 + 3
