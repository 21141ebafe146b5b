"""No claim can wedge a task: leases end by themselves, and what agents cannot bring further asks the person."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.domain.errors import ClaimLost, NoClaimableTask, NotClaimable
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import claimable
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Status, Task
from tests.factories import MICROSECOND
from tests.services.world import ALPHA, BETA, World


async def fail(world: World, task: Task, times: int) -> Task:
    for _ in range(times):
        held = await world.claim(task_id=task.id)
        await world.work.release(ALPHA, task.id, held.token, {"outcome": "failed"})
    return await world.now(task)


async def test_a_task_whose_holder_died_is_claimable_at_the_end_of_the_lease_without_any_sweep(
    world: World,
) -> None:
    held = await world.claimed()
    world.clock.at = held.task.claimed().expires_at - MICROSECOND
    with pytest.raises(NoClaimableTask):
        await world.claim(BETA)
    world.clock.at += MICROSECOND
    taken = await world.claim(BETA)
    assert (taken.task.id, taken.task.claimed().attempt) == (held.task.id, 2)
    assert (await world.told(held))[-2:] == [EventType.LEASE_EXPIRED, EventType.CLAIMED]
    lapsed = await world.last(held, EventType.LEASE_EXPIRED)
    assert (lapsed.actor, lapsed.via) == ("system", "system")
    assert taken.context["previous"][0]["outcome"] == "expired"


async def test_the_same_holds_for_a_claim_by_name(world: World) -> None:
    held = await world.claimed()
    world.clock.advance(minutes=30)
    assert (await world.claim(BETA, held.task.id)).task.claimed().attempt == 2


async def test_the_late_submit_of_a_dead_holder_is_refused_even_if_nobody_took_over(world: World) -> None:
    held = await world.claimed()
    world.clock.advance(minutes=30)
    with pytest.raises(ClaimLost, match="lease has run out"):
        await world.submit(held, summary="All done.")
    assert "All done." in (await world.comments(held))[0]
    assert claimable(await world.now(held), world.clock.now())


async def test_the_sweep_takes_back_what_has_lapsed_once(world: World) -> None:
    held, live = await world.claimed(), await world.claimed(BETA)
    await world.work.heartbeat(BETA, live.task.id, live.token)
    world.clock.advance(minutes=20)
    await world.work.heartbeat(BETA, live.task.id, live.token)
    world.clock.advance(minutes=10)
    assert await world.services.sweep.once() == 1
    assert await world.services.sweep.once() == 0
    after = await world.now(held)
    assert (after.status, after.claim, after.failures) == (Status.BACKLOG, None, 1)
    assert (await world.now(live)).held(world.clock.now())


async def test_two_sweeps_and_a_claim_at_once_count_the_attempt_once(world: World) -> None:
    held = await world.claimed()
    world.clock.advance(minutes=31)
    sweep = world.services.sweep
    await asyncio.gather(sweep.once(), sweep.once(), world.claim(BETA))
    assert world.store.stale, "they collided"
    assert (await world.told(held)).count(EventType.LEASE_EXPIRED) == 1
    task = await world.now(held)
    assert (task.failures, task.claimed().agent, task.claimed().attempt) == (1, "beta", 2)


async def test_after_three_failed_attempts_it_parks_with_a_question(world: World) -> None:
    task = await world.ready()
    assert (await fail(world, task, 2)).status is Status.BACKLOG
    parked = await fail(world, task, 1)
    assert parked.status is Status.BLOCKED
    assert parked.question is not None
    assert (parked.question.asked_by, parked.question.options) == (
        "system", ("Try again", "I do it", "Cancel"),
    )  # fmt: skip
    assert (await world.last(task)).type is EventType.PARKED


async def test_the_third_lapsed_lease_parks_at_the_next_claim_which_goes_on_to_another_task(
    world: World,
) -> None:
    task = await world.ready("Hard", priority=1)
    await fail(world, task, 2)
    await world.claim(task_id=task.id)
    other = await world.ready("Easy", priority=5)
    world.clock.advance(minutes=30)
    with pytest.raises(NotClaimable):
        await world.claim(BETA, task.id)
    assert (await world.claim(BETA)).task.id == other.id
    assert (await world.now(task)).status is Status.BLOCKED
    with pytest.raises(NoClaimableTask):
        await world.claim(BETA)


async def test_handoffs_and_questions_count_no_attempts(world: World) -> None:
    task = await world.ready()
    for _ in range(5):
        held = await world.claim(task_id=task.id)
        await world.work.release(ALPHA, task.id, held.token, {"outcome": "handoff"})
    await world.ask(await world.claim(task_id=task.id))
    await world.move(task, Command.ANSWER, answer="1.0")
    assert (await world.now(task)).failures == 0


async def test_after_five_review_rounds_it_parks_with_the_feedback_kept(world: World) -> None:
    task = await world.ready()
    for n in range(5):
        assert (await world.now(task)).status is Status.BACKLOG
        await world.submit(await world.claim(task_id=task.id))
        await world.move(task, Command.SEND_BACK, feedback=f"No, {n}.")
    parked = await world.now(task)
    assert parked.status is Status.BLOCKED
    assert (await world.told(task))[-2:] == [EventType.SENT_BACK, EventType.PARKED]
    await world.move(task, Command.ANSWER, answer="Try again")
    assert len((await world.claim(task_id=task.id)).context["feedback"]) == 5


@pytest.mark.parametrize(
    ("answer", "status", "owner"),
    [
        ("Try again", Status.BACKLOG, Owner.CODEX),
        ("try again ", Status.BACKLOG, Owner.CODEX),
        ("I do it", Status.BACKLOG, Owner.ME),
        ("Cancel", Status.CANCELLED, Owner.CODEX),
        ("Use the other tool", Status.BACKLOG, Owner.CODEX),
    ],
)
async def test_the_options_of_a_parked_task_act(
    world: World, answer: str, status: Status, owner: Owner
) -> None:
    parked = await fail(world, await world.ready(), 3)
    after = await world.move(parked, Command.ANSWER, answer=answer)
    assert (after.status, after.assignee, after.failures) == (status, owner, 0)


async def test_i_do_it_takes_it_from_the_agent_it_was_meant_for(world: World) -> None:
    parked = await fail(world, await world.ready(agent="alpha"), 3)
    assert (await world.move(parked, Command.ANSWER, answer="I do it")).agent is None


@pytest.mark.parametrize("command", [Command.ASSIGN, Command.DEFER, Command.BLOCK])
async def test_any_move_by_the_person_resets_attempts(world: World, command: Command) -> None:
    task = await world.ready()
    await fail(world, task, 2)
    said = {"assignee": Owner.CODEX, "until": None, "text": "Wait"}
    assert (await world.move(task, command, **said)).failures == 0


async def test_a_move_by_the_person_resets_rounds_too(world: World) -> None:
    task = await world.reviewed()
    await world.move(task, Command.SEND_BACK, feedback="No.")
    assert (await world.now(task)).rounds == 1
    assert (await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)).rounds == 0


async def test_a_parked_task_parks_again_only_after_as_many_attempts(world: World) -> None:
    task = await world.ready()
    parked = await fail(world, task, 3)
    await world.move(parked, Command.ANSWER, answer="Try again")
    assert (await fail(world, task, 2)).status is Status.BACKLOG
    assert (await fail(world, task, 1)).status is Status.BLOCKED
