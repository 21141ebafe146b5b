"""Asking blocks the task until the person answers; a late answer still counts, and only options of the server's act."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.domain.errors import ClaimLost, NoQuestion, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, QuestionKind, Status
from tests.factories import later
from tests.services.world import ALPHA, BETA, MAIL, WALL, World


async def test_asking_ends_the_claim_and_blocks_with_an_open_question(world: World) -> None:
    held = await world.claimed()
    task = await world.ask(held, options=("1.0", "0.9"), recommendation="1.0")
    assert (task.status, lane(task, world.clock.now()), task.claim) == (Status.BLOCKED, Lane.BLOCKED, None)
    assert task.question is not None
    assert (task.question.kind, task.question.options, task.question.recommendation, task.question.asked_by) == (
        QuestionKind.DECISION, ("1.0", "0.9"), "1.0", "agent:alpha",
    )  # fmt: skip


async def test_once_answered_anyone_may_claim_it_and_reads_the_answer(world: World) -> None:
    task = await world.asked()
    answered = await world.move(task, Command.ANSWER, answer="1.0")
    assert answered.status is Status.BACKLOG
    assert answered.question is not None
    assert (answered.question.answer, answered.question.answered_at) == ("1.0", world.clock.now())
    context = (await world.claim(BETA)).context
    assert [(entry["question_id"], entry["answer"]) for entry in context["answers"]] == [(1, "1.0")]


async def test_a_question_never_expires_into_a_guess(world: World) -> None:
    task = await world.asked()
    world.clock.advance(days=400)
    await world.services.sweep.once()
    assert (await world.now(task)).status is Status.BLOCKED


async def test_an_answer_to_a_task_that_has_moved_on_is_kept_for_the_next_claim_and_moves_nothing(
    world: World,
) -> None:
    task = await world.asked()
    await world.edit(task, status=Status.BACKLOG)
    held = await world.claim(BETA, task.id)
    late = await world.move(task, Command.ANSWER, answer="1.0")
    assert (late.status, late.claimed().agent) == (Status.IN_PROGRESS, "beta")
    await world.work.release(BETA, task.id, held.token, {})
    assert (await world.claim(ALPHA, task.id)).context["answers"][0]["answer"] == "1.0"


@pytest.mark.parametrize("command", [Command.DONE, Command.CANCEL])
async def test_answering_a_closed_task_does_not_open_it(world: World, command: Command) -> None:
    task = await world.asked()
    closed = await world.move(task, command)
    assert (await world.move(task, Command.ANSWER, answer="1.0")).status is closed.status


async def test_an_older_question_is_answered_by_its_id_and_the_current_one_stays_open(world: World) -> None:
    task = await world.asked()
    await world.edit(task, status=Status.BACKLOG)
    await world.ask(await world.claim(task_id=task.id), question="Which logo?")
    late = await world.move(task, Command.ANSWER, answer="1.0", question_id=1)
    assert late.status is Status.BLOCKED
    assert late.question is not None
    assert (late.question.id, late.question.answer) == (2, None)
    await world.move(task, Command.ANSWER, answer="The blue one")
    answers = (await world.claim(task_id=task.id)).context["answers"]
    assert [(a["question"], a["answer"]) for a in answers] == [
        ("Which logo?", "The blue one"), ("Which version?", "1.0"),
    ]  # fmt: skip


async def test_there_is_nothing_to_answer_twice_or_without_a_question(world: World) -> None:
    plain = await world.ready()
    task = await world.asked()
    await world.move(task, Command.ANSWER, answer="1.0")
    for wrong, said in ((plain, {}), (task, {}), (task, {"question_id": 9}), (task, {"question_id": 1})):
        with pytest.raises(NoQuestion):
            await world.move(wrong, Command.ANSWER, answer="0.9", **said)


async def test_of_two_answers_at_once_one_is_taken(world: World) -> None:
    task = await world.asked()
    answers = [world.move(task, Command.ANSWER, answer=text) for text in ("1.0", "0.9")]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(NoQuestion) == 1
    assert world.store.stale == 1


@pytest.mark.parametrize("answer", ["Cancel", "Try again", "Mark it done", "I do it"])
async def test_an_agents_own_options_never_act(world: World, answer: str) -> None:
    task = await world.ask(await world.claimed(), options=(answer,))
    answered = await world.move(task, Command.ANSWER, answer=answer)
    assert (answered.status, answered.assignee) == (Status.BACKLOG, Owner.CODEX)


@pytest.mark.parametrize("caller", [ALPHA, MAIL, WALL])
async def test_only_the_person_answers(world: World, caller: object) -> None:
    task = await world.asked()
    with pytest.raises(RoleForbidden):
        await world.tasks.move(caller, task.id, Command.ANSWER, {"answer": "1.0"})  # type: ignore[arg-type]


async def test_a_question_with_a_stale_token_is_kept_as_a_comment(world: World) -> None:
    held = await world.claimed()
    world.clock.advance(hours=1)
    await world.claim(BETA, held.task.id)
    with pytest.raises(ClaimLost) as refused:
        await world.ask(held, question="Which colour?")
    assert (refused.value.holder, refused.value.text_kept) == ("beta", True)
    assert "Which colour?" in (await world.comments(held))[0]


async def test_the_person_blocks_for_an_outside_reason_with_a_date_and_answers_to_unblock(
    world: World,
) -> None:
    task = await world.ready()
    blocked = await world.move(task, Command.BLOCK, text="Waiting for the bank", until=later(days=3))
    assert blocked.question is not None
    assert (blocked.question.kind, blocked.question.until) == (QuestionKind.EXTERNAL, later(days=3))
    assert (await world.last(task)).type is EventType.BLOCKED
    answered = await world.move(task, Command.ANSWER, answer="They called")
    assert (answered.status, answered.assignee) == (Status.BACKLOG, Owner.CODEX)


async def test_whatever_blocks_a_task_asks_a_question_too(world: World) -> None:
    made = await world.task(by=ALPHA, status=Status.BLOCKED)
    ingested = (await world.ingest({"title": "Pay", "status": Status.BLOCKED})).created[0]
    patched = await world.edit(await world.asked(), status=Status.BACKLOG)
    await world.move(patched, Command.ANSWER, answer="1.0")
    patched = await world.edit(patched, status=Status.BLOCKED)
    for task in (made, ingested, patched, await world.edit(await world.ready(), status=Status.BLOCKED)):
        assert task.question is not None
        assert task.question.answer is None
        assert (await world.move(task, Command.ANSWER, answer="Go")).status is Status.BACKLOG
