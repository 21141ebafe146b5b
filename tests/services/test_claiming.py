"""Claiming: exactly one of many gets a task, with a lease, a token and all that the next worker must know."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from task_assistant.domain.errors import (
    ClaimHeld,
    NoClaimableTask,
    NotClaimable,
    Refusal,
    RoleForbidden,
    TaskNotFound,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.services.claiming import Claimed, Wish
from tests.factories import adapter, agent, later, reader
from tests.services.world import ALPHA, BETA, PERSON, World


async def race(world: World, wish: Wish, agents: int = 16) -> list[Claimed | BaseException]:
    claimers = [world.claiming.claim(agent(f"a{n}"), wish) for n in range(agents)]
    return await asyncio.gather(*claimers, return_exceptions=True)


async def test_a_claim_takes_the_top_task_into_progress_with_a_lease_of_half_an_hour(world: World) -> None:
    await world.ready("Later", priority=4)
    urgent = await world.ready("Now", priority=1)
    held = await world.claim()
    assert (held.task.id, held.task.status) == (urgent.id, Status.IN_PROGRESS)
    claim = held.task.claimed()
    assert (claim.agent, claim.attempt, claim.claimed_at, claim.expires_at) == (
        "alpha", 1, world.clock.now(), later(seconds=1800),
    )  # fmt: skip


async def test_of_sixteen_racers_for_one_task_one_wins_and_the_others_hear_who(world: World) -> None:
    task = await world.ready()
    answers = await race(world, Wish(task_id=task.id))
    won = [answer for answer in answers if isinstance(answer, Claimed)]
    lost = [answer for answer in answers if isinstance(answer, ClaimHeld)]
    assert (len(won), len(lost)) == (1, 15)
    assert {refusal.holder for refusal in lost} == {won[0].task.claimed().agent}
    assert world.store.stale == 15, "all had read the free task before the first commit"
    assert (await world.told(task)).count(EventType.CLAIMED) == 1


async def test_of_sixteen_racers_for_the_only_task_in_the_queue_one_wins_and_nobody_is_told_to_come_back(
    world: World,
) -> None:
    await world.ready()
    answers = await race(world, Wish())
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {Claimed: 1, NoClaimableTask: 15}


async def test_sixteen_racers_for_sixteen_tasks_get_one_each(world: World) -> None:
    tasks = [await world.ready(f"Task {n}") for n in range(16)]
    answers = await race(world, Wish())
    assert {answer.task.id for answer in answers if isinstance(answer, Claimed)} == {t.id for t in tasks}


async def test_nothing_to_do_is_a_final_answer(world: World) -> None:
    await world.task(assignee=Owner.ME)
    await world.task()
    with pytest.raises(NoClaimableTask):
        await world.claim()


@pytest.mark.parametrize("fields", [
    {"assignee": Owner.ME}, {"assignee": Owner.UNASSIGNED}, {"status": Status.DONE}, {"agent": "beta"},
    {"status": Status.BLOCKED}, {"status": Status.WAITING_REVIEW}, {"deferred_until": later(hours=1)},
    {"private": True},
])  # fmt: skip
async def test_what_is_not_claimable_for_an_agent_is_neither_handed_out_nor_given_by_name(
    world: World, fields: dict[str, Any]
) -> None:
    task = await world.ready(**fields)
    with pytest.raises(NoClaimableTask):
        await world.claim()
    with pytest.raises((NotClaimable, TaskNotFound)):
        await world.claim(task_id=task.id)
    assert (await world.now(task)).claim is None


async def test_the_named_agent_gets_a_task_that_is_meant_for_it(world: World) -> None:
    task = await world.ready(agent="beta")
    assert (await world.claim(BETA)).task.id == task.id


async def test_a_task_waits_for_its_dependency_and_not_for_a_cancelled_one(world: World) -> None:
    first = await world.ready("First")
    second = await world.ready("Second", depends_on=(first.id,))
    assert lane(await world.now(second), world.clock.now()) is Lane.WAITING
    await world.move(first, Command.CANCEL)
    assert (await world.claim()).task.id == second.id


async def test_a_task_in_progress_without_a_live_claim_is_claimable(world: World) -> None:
    task = await world.ready()
    await world.edit(task, status=Status.IN_PROGRESS)
    assert (await world.claim()).task.id == task.id


async def test_an_agent_may_hold_several_and_lists_them(world: World) -> None:
    one, two = await world.claimed(), await world.claimed()
    await world.claimed(BETA)
    assert [task.id for task in await world.claiming.held(ALPHA)] == [one.task.id, two.task.id]


async def test_the_person_may_claim_too_private_tasks_included(world: World) -> None:
    task = await world.ready(private=True)
    held = await world.claim(PERSON)
    assert (held.task.id, held.task.claimed().agent) == (task.id, PERSON.name)


@pytest.mark.parametrize("caller", [adapter(), reader()])
async def test_only_workers_claim_and_that_is_checked_before_existence(world: World, caller: Any) -> None:
    with pytest.raises(RoleForbidden):
        await world.claim(caller, task_id=999)


async def test_a_task_that_another_holds_is_refused_with_holder_and_time(world: World) -> None:
    held = await world.claimed(BETA)
    with pytest.raises(ClaimHeld) as refused:
        await world.claim(ALPHA, held.task.id)
    assert (refused.value.holder, refused.value.expires_at) == ("beta", held.task.claimed().expires_at)


async def test_claiming_again_without_resume_is_refused_and_says_resume(world: World) -> None:
    held = await world.claimed()
    with pytest.raises(ClaimHeld, match="resume"):
        await world.claim(task_id=held.task.id)


async def test_resume_gives_a_fresh_token_and_the_old_one_is_stale(world: World) -> None:
    first = await world.claimed()
    world.clock.advance(minutes=20)
    again = await world.claim(task_id=first.task.id, resume=True)
    assert again.token != first.token
    assert again.task.claimed().expires_at == later(minutes=50)
    assert again.task.claimed().attempt == 1
    with pytest.raises(Refusal, match="newer token"):
        await world.work.heartbeat(ALPHA, first.task.id, first.token)
    assert (await world.work.heartbeat(ALPHA, first.task.id, again.token)).state == "continue"


async def test_resume_without_a_task_finds_the_oldest_own_claim(world: World) -> None:
    first = await world.claimed()
    await world.claimed()
    assert (await world.claim(resume=True)).task.id == first.task.id
    with pytest.raises(NoClaimableTask):
        await world.claim(BETA, resume=True)


async def test_resume_never_takes_the_claim_of_another(world: World) -> None:
    held = await world.claimed(BETA)
    with pytest.raises(ClaimHeld):
        await world.claim(ALPHA, held.task.id, resume=True)


async def test_wishes_narrow_what_is_handed_out(world: World) -> None:
    await world.ready("Plain", priority=1)
    slack = await world.ready("From Slack", origin="slack")
    bug = await world.ready("Bug", labels=("bug",))
    assert (await world.claim(labels=("bug", "none"))).task.id == bug.id
    assert (await world.claim(origin="slack")).task.id == slack.id


async def test_a_look_at_what_is_next_finds_what_a_claim_then_gives(world: World) -> None:
    caller = agent("alpha", labels=("bug",))
    assert await world.claiming.next(caller) is None
    await world.ready("Given back", priority=1, labels=("bug",))
    held = await world.claim(caller)
    await world.work.release(caller, held.task.id, held.token, {"outcome": "handoff", "note": None})
    for n in range(40):
        await world.ready(f"Of others {n}", priority=1, labels=("bug",), agent="beta")
        await world.ready(f"Without the label {n}", priority=1)
    assert await world.claiming.next(caller) is None
    mine = await world.ready("Mine", priority=4, labels=("bug",))
    assert await world.claiming.next(caller) == mine
    assert (await world.claim(caller)).task.id == mine.id


async def test_a_key_limited_to_labels_gets_nothing_else_not_even_by_name_after_it_has_worked_on_it(
    world: World,
) -> None:
    caller = agent("alpha", labels=("bug",))
    other = await world.ready("Plain")
    bug = await world.ready("Bug", labels=("bug",))
    assert (await world.claim(caller)).task.id == bug.id
    with pytest.raises(TaskNotFound):
        await world.claim(caller, other.id)
    await world.edit(bug, assignee=Owner.ME, labels=())
    await world.edit(bug, assignee=Owner.CODEX)
    with pytest.raises(NotClaimable, match="limits of this key"):
        await world.claim(caller, bug.id)


async def test_the_context_tells_feedback_first_then_answers_earlier_work_dependencies_and_comments(
    world: World,
) -> None:
    before = await world.submit(await world.claimed(title="Collect numbers"), summary="Twelve numbers.")
    await world.move(before, Command.APPROVE)
    task = await world.ready(depends_on=(before.id,))
    await world.tasks.comment(PERSON, task.id, "Mind the tone.")
    await world.ask(await world.claim(task_id=task.id))
    await world.move(task, Command.ANSWER, answer="1.0")
    await world.submit(await world.claim(task_id=task.id), summary="First draft.")
    await world.move(task, Command.SEND_BACK, feedback="Too long.")
    await world.submit(await world.claim(BETA, task.id), BETA, summary="Second draft.")
    await world.move(task, Command.SEND_BACK, feedback="Still too long.")
    context = (await world.claim(task_id=task.id)).context
    assert list(context) == ["feedback", "answers", "previous", "dependencies", "comments"]
    assert [entry["text"] for entry in context["feedback"]] == ["Still too long.", "Too long."]
    assert [(a["question"], a["answer"]) for a in context["answers"]] == [("Which version?", "1.0")]
    assert [(p["agent"], p["outcome"], p["summary"]) for p in context["previous"]] == [
        ("beta", "submitted", "Second draft."), ("alpha", "submitted", "First draft."), ("alpha", "asked", None),
    ]  # fmt: skip
    assert context["dependencies"] == [
        {"id": before.id, "title": "Collect numbers", "summary": "Twelve numbers."}
    ]
    assert [comment["text"] for comment in context["comments"]] == ["Mind the tone."]


async def test_the_context_leaves_out_private_and_deleted_dependencies(world: World) -> None:
    secret = await world.task("Secret diagnosis", private=True, status=Status.DONE)
    gone = await world.task("Gone", status=Status.DONE)
    task = await world.ready(depends_on=(secret.id, gone.id))
    await world.move(gone, Command.DELETE)
    assert (await world.claim(task_id=task.id)).context["dependencies"] == []


async def test_waiting_ends_with_the_first_task_that_becomes_claimable(world: World) -> None:
    waiting = asyncio.create_task(world.claim(wait_seconds=50))
    await asyncio.sleep(0)
    task = await world.ready()
    assert (await waiting).task.id == task.id


async def test_waiting_ends_empty_handed_after_the_time_and_not_before(world: World) -> None:
    with pytest.raises(NoClaimableTask):
        await world.claim(wait_seconds=50)
    assert world.clock.now() == later(seconds=50)


async def test_waiting_sees_a_deferral_end_by_itself(world: World) -> None:
    task = await world.ready(deferred_until=later(seconds=7))
    assert (await world.claim(wait_seconds=50)).task.id == task.id
    assert world.clock.now() == later(seconds=7)


async def test_nothing_is_claimed_for_a_caller_who_has_gone(world: World) -> None:
    task = await world.ready()

    async def gone() -> bool:
        return True

    with pytest.raises(NoClaimableTask):
        await world.claiming.claim(ALPHA, Wish(wait_seconds=50), gone)
    assert (await world.now(task)).claim is None


async def test_neither_token_nor_key_is_kept_anywhere(world: World) -> None:
    held = await world.claim(task_id=(await world.ready()).id, scoped_key=True)
    again = await world.claim(task_id=held.task.id, scoped_key=True, resume=True)
    await world.work.progress(ALPHA, held.task.id, again.token, {"note": "halfway"})
    await world.submit(again)
    kept = world.everything()
    for secret in (held.token, again.token, held.key, again.key):
        assert secret is not None
        assert secret not in kept


async def test_no_event_tells_even_the_hash_of_a_token(world: World) -> None:
    held = await world.claimed()
    token_hash = held.task.claimed().token_hash
    await world.submit(held)
    assert token_hash not in repr(world.store.board.feed)
