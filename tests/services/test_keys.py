"""Keys: shown once, kept hashed, revocable at once; scoped keys die with their claim. Pause stops claims only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import (
    InvalidFields,
    NameTaken,
    NotFound,
    Paused,
    RoleForbidden,
    ScopedKey,
    TaskNotFound,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Role
from tests.factories import agent
from tests.services.world import ALPHA, BETA, MAIL, PERSON, WALL, World


async def minted(world: World, role: Role = Role.AGENT, name: str = "alpha", **limits: Any) -> str:
    return (await world.services.keys.create(PERSON, role, name, **limits))[1]


async def scoped(world: World) -> tuple[Caller, str, str]:
    held = await world.claim(task_id=(await world.ready()).id, scoped_key=True)
    assert held.key is not None
    caller = await world.services.keys.authenticate(held.key)
    assert caller is not None
    return caller, held.key, held.token


async def test_a_secret_names_its_caller_with_role_and_limits(world: World) -> None:
    secret = await minted(world, labels=("bug",), origins=("email",), may_assign=True)
    caller = await world.services.keys.authenticate(secret)
    assert caller is not None
    assert (caller.role, caller.name, caller.labels, caller.origins) == (
        Role.AGENT, "alpha", ("bug",), ("email",),
    )  # fmt: skip
    assert (caller.may_assign, caller.may_triage, caller.task_id) == (True, False, None)


async def test_the_secret_is_kept_nowhere(world: World) -> None:
    assert await minted(world) not in world.everything()


@pytest.mark.parametrize(
    "secret", ["", "pta_agent_x", "pta_claim_", "pta_claim_1_x", "pta_claim_²_x", "ключ"]
)
async def test_a_wrong_secret_names_nobody(world: World, secret: str) -> None:
    await minted(world)
    await world.claimed()
    assert await world.services.keys.authenticate(secret) is None


async def test_a_revoked_key_ends_with_the_next_request_and_frees_its_name(world: World) -> None:
    key, secret = await world.services.keys.create(PERSON, Role.AGENT, "alpha")
    assert await world.services.keys.authenticate(secret)
    await world.services.keys.revoke(PERSON, key.id)
    assert await world.services.keys.authenticate(secret) is None
    with pytest.raises(NotFound):
        await world.services.keys.revoke(PERSON, key.id)
    assert await world.services.keys.authenticate(await minted(world))


async def test_a_name_is_given_once_also_to_two_at_once(world: World) -> None:
    made = [world.services.keys.create(PERSON, Role.AGENT, "alpha") for _ in range(2)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(NameTaken) == 1


@pytest.mark.parametrize("caller", [ALPHA, MAIL, WALL])
async def test_only_the_person_mints_lists_and_revokes_keys_and_pauses(world: World, caller: Caller) -> None:
    keys, agents = world.services.keys, world.services.agents
    for act in (
        keys.create(caller, Role.OWNER, "x"), keys.all(caller), keys.revoke(caller, "x"),
        agents.pause(caller, None), agents.resume(caller, None),
    ):  # fmt: skip
        with pytest.raises(RoleForbidden):
            await act


async def test_making_and_revoking_are_told_without_the_secret(world: World) -> None:
    key, secret = await world.services.keys.create(PERSON, Role.ADAPTER, "mail")
    await world.services.keys.revoke(PERSON, key.id)
    feed = world.store.board.feed
    assert [(e.type, e.actor, e.text) for e in feed] == [
        (EventType.KEY_CREATED, "human", "adapter key mail"),
        (EventType.KEY_REVOKED, "human", "adapter key mail"),
    ]
    assert secret not in repr(feed)


async def test_the_list_tells_the_last_use_which_the_sweep_writes_down(world: World) -> None:
    secret = await minted(world)
    world.clock.advance(minutes=5)
    used = world.clock.now()
    await world.services.keys.authenticate(secret)
    assert [key.last_used_at for key in await world.services.keys.all(PERSON)] == [used]
    await world.services.sweep.once()
    again = World(world.clock)
    again.store.board = world.store.board
    assert [key.last_used_at for key in await again.services.keys.all(PERSON)] == [used]


# -- scoped keys -------------------------------------------------------------------------------------------------------


async def test_a_scoped_key_reads_and_works_on_its_task_and_nothing_else(world: World) -> None:
    other = await world.ready()
    mine = await world.claimed()
    caller, _, token = await scoped(world)
    assert caller.task_id is not None
    assert (await world.tasks.get(caller, caller.task_id)).id == caller.task_id
    for task_id in (other.id, mine.task.id):
        with pytest.raises(TaskNotFound):
            await world.tasks.get(caller, task_id)
    assert [task.id for task in await world.claiming.held(caller)] == [caller.task_id]
    for act in (
        world.claim(caller), world.claim(caller, other.id),
        world.services.sources.report(caller, {"source_id": "x", "source_name": "x", "status": "healthy"}),
        world.services.sources.check(caller, "x", []),
    ):  # fmt: skip
        with pytest.raises(ScopedKey):
            await act
    assert (await world.work.submit(caller, caller.task_id, token, {"summary": "Done."})).result is not None


@pytest.mark.parametrize("end", ["submit", "expire", "cancel", "resume", "revoke"])
async def test_a_scoped_key_dies_with_the_claim_and_with_the_key_that_claimed(world: World, end: str) -> None:
    key, _ = await world.services.keys.create(PERSON, Role.AGENT, "alpha")
    caller, secret, token = await scoped(world)
    task_id = caller.task_id or 0
    ends: dict[str, Any] = {
        "submit": lambda: world.work.submit(ALPHA, task_id, token, {"summary": "Done."}),
        "expire": lambda: asyncio.sleep(0, world.clock.advance(minutes=30)),
        "cancel": lambda: world.move(task_id, Command.CANCEL),
        "resume": lambda: world.claim(task_id=task_id, resume=True),
        "revoke": lambda: world.services.keys.revoke(PERSON, key.id),
    }
    await ends[end]()
    assert await world.services.keys.authenticate(secret) is None


async def test_the_scoped_key_of_an_earlier_claim_does_not_open_the_next_one(world: World) -> None:
    caller, secret, token = await scoped(world)
    await world.work.release(ALPHA, caller.task_id or 0, token, {})
    await world.claim(BETA, caller.task_id, scoped_key=True)
    assert await world.services.keys.authenticate(secret) is None


# -- pause -------------------------------------------------------------------------------------------------------------


async def test_a_pause_of_all_answers_every_claim_so_but_not_the_persons(world: World) -> None:
    task = await world.ready()
    assert await world.services.agents.pause(PERSON, None) == ["*"]
    wishes: list[dict[str, Any]] = [{}, {"task_id": task.id}, {"resume": True}]
    for wish in wishes:
        with pytest.raises(Paused) as refused:
            await world.claim(ALPHA, **wish)
        assert refused.value.retry_after > 0
    assert (await world.claim(PERSON)).task.id == task.id


async def test_a_pause_of_one_leaves_the_others_and_ends_by_name_or_altogether(world: World) -> None:
    for name in ("alpha", None):
        await world.ready()
        await world.services.agents.pause(PERSON, "alpha")
        with pytest.raises(Paused):
            await world.claim(ALPHA)
        assert (await world.claim(BETA)).task.claim
        assert await world.services.agents.resume(PERSON, name) == []
        await world.ready()
        assert (await world.claim(ALPHA)).task.claim


async def test_a_pause_ends_a_wait_and_holds_in_every_process(world: World) -> None:
    elsewhere = World(world.clock)
    elsewhere.store.board = world.store.board
    waiting = asyncio.create_task(world.claim(wait_seconds=50))
    await asyncio.sleep(0)
    await world.services.agents.pause(PERSON, None)
    with pytest.raises(Paused):
        await waiting
    with pytest.raises(Paused):
        await elsewhere.claim(agent("other"))


async def test_pause_and_resume_are_told(world: World) -> None:
    await world.services.agents.pause(PERSON, "alpha")
    await world.services.agents.resume(PERSON, None)
    assert [(e.type, e.text) for e in world.store.board.feed] == [
        (EventType.AGENTS_PAUSED, "alpha"), (EventType.AGENTS_RESUMED, "all agents"),
    ]  # fmt: skip


async def test_a_paused_agent_may_still_hand_back_what_it_has(world: World) -> None:
    held = await world.claimed()
    await world.services.agents.pause(PERSON, None)
    assert (await world.submit(held)).result is not None


@pytest.mark.parametrize("name", ["owner", "Environment", "human", "system"])
async def test_no_agent_may_be_called_like_the_persons_own_credentials(world: World, name: str) -> None:
    with pytest.raises(InvalidFields):
        await world.services.keys.create(PERSON, Role.AGENT, name)
