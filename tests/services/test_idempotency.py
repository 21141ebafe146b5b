"""The same request with the same Idempotency-Key happens once, also when two of it arrive at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from task_assistant.domain.errors import ClaimHeld, IllegalMove, InvalidBatch, KeyReused, NoClaimableTask
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller, Once
from task_assistant.domain.task import Status
from task_assistant.services.desk import AlreadyDone
from tests.services.world import ALPHA, BETA, MAIL, PERSON, World, ids

ONCE = Once("key-1", "digest-1")


def once(caller: Caller, **changes: Any) -> Caller:
    return replace(caller, once=replace(ONCE, **changes))


async def twins(one: Any, other: Any) -> list[type]:
    outcomes = await asyncio.gather(one, other, return_exceptions=True)
    return [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)]


async def test_the_mark_is_there_with_the_change_and_the_answer_after_it(world: World) -> None:
    caller = once(PERSON)
    assert await world.services.answers.find(caller) is None
    task = await world.task(by=caller)
    found = await world.services.answers.find(caller)
    assert found is not None
    assert (found.answer, found.tasks) == (None, (task.id,))
    await world.services.answers.keep(caller, {"status": 201}, (task.id,))
    again = await world.services.answers.find(caller)
    assert again is not None
    assert again.answer == {"status": 201}


async def test_it_is_remembered_for_a_day_by_credential_and_key(world: World) -> None:
    await world.task(by=once(PERSON))
    assert await world.services.answers.find(once(ALPHA)) is None
    assert await world.services.answers.find(once(PERSON, key="key-2")) is None
    assert await world.services.answers.find(PERSON) is None
    world.clock.advance(hours=24)
    assert await world.services.answers.find(once(PERSON)) is None


async def test_the_key_for_another_request_is_refused(world: World) -> None:
    await world.task(by=once(PERSON))
    with pytest.raises(KeyReused):
        await world.services.answers.find(once(PERSON, request="digest-2"))


async def test_a_refused_request_leaves_no_mark(world: World) -> None:
    with pytest.raises(InvalidBatch):
        await world.ingest({"title": "x", "depends_on": (9,)}, by=once(MAIL))
    with pytest.raises(NoClaimableTask):
        await world.claim(once(ALPHA))
    assert await world.services.answers.find(once(MAIL)) is None
    assert await world.services.answers.find(once(ALPHA)) is None


async def test_two_creates_at_once_make_one_task(world: World) -> None:
    caller = once(PERSON)
    assert await twins(world.task(by=caller), world.task(by=caller)) == [AlreadyDone]
    assert (len(world.store.board.tasks), world.store.conflicts) == (1, 1)


async def test_two_ingests_at_once_make_one_batch_also_of_known_items(world: World) -> None:
    caller = once(MAIL)
    item = {"title": "Mail"}
    assert await twins(world.ingest(item, by=caller), world.ingest(item, by=caller)) == [AlreadyDone]
    assert len(world.store.board.tasks) == 1
    known = (await world.ingest({"title": "Mail", "external_id": "m-1"})).created
    repeated = once(MAIL, key="key-2")
    again = await world.ingest({"title": "Mail", "external_id": "m-1"}, by=repeated)
    assert ids(again.duplicates) == ids(known)
    with pytest.raises(AlreadyDone):
        await world.ingest({"title": "Mail", "external_id": "m-1"}, by=repeated)


async def test_two_claims_at_once_take_one_task(world: World) -> None:
    await world.ready()
    await world.ready()
    caller = once(ALPHA)
    assert await twins(world.claim(caller), world.claim(caller)) == [AlreadyDone]
    assert [task.status for task in world.store.board.tasks.values()].count(Status.IN_PROGRESS) == 1


async def test_a_kept_nonce_gives_the_same_token_and_key_again(world: World) -> None:
    held = await world.claim(task_id=(await world.ready()).id, scoped_key=True)
    assert world.claiming.token(held.nonce) == held.token
    assert world.claiming.scoped_key(held.task.id, held.nonce) == held.key
    assert held.token not in world.everything()


async def test_two_comments_at_once_are_one(world: World) -> None:
    task = await world.ready()
    caller = once(PERSON)
    comments = [world.tasks.comment(caller, task.id, "Hm.") for _ in range(2)]
    assert await twins(*comments) == [AlreadyDone]
    assert await world.comments(task) == ["Hm."]


async def test_the_twin_of_a_verb_is_refused_and_finds_the_mark(world: World) -> None:
    task = await world.ready()
    caller = once(PERSON)
    moves = [world.tasks.move(caller, task.id, Command.DONE, {}) for _ in range(2)]
    assert await twins(*moves) in ([AlreadyDone], [IllegalMove])
    found = await world.services.answers.find(caller)
    assert found is not None
    assert found.tasks == (task.id,)


async def test_the_twin_of_a_claim_by_name_is_refused_and_finds_the_mark(world: World) -> None:
    task = await world.ready()
    caller = once(ALPHA)
    assert await twins(world.claim(caller, task.id), world.claim(caller, task.id)) in (
        [AlreadyDone], [ClaimHeld],
    )  # fmt: skip
    assert await world.services.answers.find(caller) is not None


async def test_two_submits_at_once_are_one_result_and_no_comment(world: World) -> None:
    held = await world.claimed()
    caller = once(ALPHA)
    assert await twins(world.submit(held, caller), world.submit(held, caller)) == [AlreadyDone]
    assert await world.comments(held) == []
    task = await world.now(held)
    assert task.result is not None
    assert task.result.round == 1


async def test_a_text_that_is_kept_leaves_no_mark_so_that_the_refusal_is_said_again(world: World) -> None:
    held = await world.claimed()
    world.clock.advance(hours=1)
    await world.claim(BETA)
    for _ in range(2):
        with pytest.raises(Exception, match="beta holds"):
            await world.submit(held, once(ALPHA))
    assert await world.services.answers.find(once(ALPHA)) is None
    assert len(await world.comments(held)) == 1


async def test_bulk_happens_once(world: World) -> None:
    tasks = [(await world.ready()).id for _ in range(3)]
    caller = once(PERSON)
    bulks = [world.tasks.bulk(caller, tasks, None, {"priority": 1}) for _ in range(2)]
    assert await twins(*bulks) == [AlreadyDone]
    assert [(await world.now(task_id)).version for task_id in tasks] == [2, 2, 2]
