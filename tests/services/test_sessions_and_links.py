"""Browser sessions and one-use sign-in links: secrets kept hashed, both ending by themselves."""

from __future__ import annotations

import asyncio

from tests.factories import MICROSECOND
from tests.services.world import World


async def test_a_session_is_found_by_its_secret_for_thirty_days(world: World) -> None:
    secret, session = await world.services.sessions.start()
    assert await world.services.sessions.find(secret) == session
    world.clock.at = session.expires_at - MICROSECOND
    assert await world.services.sessions.find(secret) == session
    world.clock.at = session.expires_at
    assert await world.services.sessions.find(secret) is None


async def test_an_ended_session_is_gone_and_others_stay(world: World) -> None:
    (one, _), (two, _) = await world.services.sessions.start(), await world.services.sessions.start()
    await world.services.sessions.end(one)
    await world.services.sessions.end("unknown")
    assert await world.services.sessions.find(one) is None
    assert await world.services.sessions.find(two) is not None


async def test_each_session_has_a_csrf_token_of_its_own(world: World) -> None:
    (_, one), (_, two) = await world.services.sessions.start(), await world.services.sessions.start()
    assert one.csrf_token != two.csrf_token
    assert one.id != two.id


async def test_a_link_signs_in_once_also_when_two_follow_it_at_once(world: World) -> None:
    token = await world.services.links.create()
    used = await asyncio.gather(*(world.services.links.consume(token) for _ in range(8)))
    assert used.count(True) == 1
    assert world.store.conflicts == 7
    assert not await world.services.links.consume(token)


async def test_a_link_is_good_for_fifteen_minutes(world: World) -> None:
    token = await world.services.links.create()
    world.clock.advance(minutes=15)
    assert not await world.services.links.consume(token)
    assert not await world.services.links.consume("unknown")


async def test_neither_secret_is_kept_and_the_sweep_drops_what_has_expired(world: World) -> None:
    secret, _ = await world.services.sessions.start()
    token = await world.services.links.create()
    kept = world.everything()
    assert repr(secret) not in kept
    assert repr(token) not in kept
    world.clock.advance(days=31)
    await world.services.sweep.once()
    assert not any(world.store.board.documents.values())
