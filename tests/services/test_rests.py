"""What the server does by itself makes way: pieces of work begin further apart while somebody asks."""

from __future__ import annotations

import asyncio

from task_assistant.services.rests import IDLE, USED, USED_WITHIN, Rests


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
