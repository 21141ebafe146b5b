"""Submitting is an agent's terminal move; the person approves or sends back, and feedback reaches the next worker."""

from __future__ import annotations

import asyncio

import pytest

from task_assistant.domain.errors import (
    Busy,
    ClaimLost,
    IllegalMove,
    NotFound,
    ResultChanged,
    RoleForbidden,
    TaskNotFound,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, ReviewNeed, Status
from tests.services.world import ALPHA, BETA, MAIL, PERSON, World


async def test_a_submit_ends_the_claim_and_waits_for_review_with_its_result(world: World) -> None:
    held = await world.claimed()
    artifact = {"name": "change.diff", "type": "text/x-diff", "text": "ä"}
    task = await world.submit(
        held, links=("https://example.com",), refs=("repo@b",), evidence="green", not_done="docs",
        artifacts=(artifact,), usage={"cost": "0.12"},
    )  # fmt: skip
    assert (task.status, lane(task, world.clock.now()), task.claim) == (
        Status.WAITING_REVIEW, Lane.REVIEW, None,
    )  # fmt: skip
    assert task.result is not None
    assert (task.result.round, task.result.summary, task.result.submitted_by) == (
        1, "Drafted.", "agent:alpha",
    )  # fmt: skip
    assert (task.result.evidence, task.result.not_done, task.result.usage) == (
        "green", "docs", {"cost": "0.12"},
    )  # fmt: skip
    assert (task.result.artifacts[0].n, task.result.artifacts[0].size) == (1, 2)
    assert (await world.tasks.artifact(PERSON, task.id, 1)).text == "ä"


async def test_artifacts_of_later_rounds_have_numbers_of_their_own(world: World) -> None:
    artifact = {"name": "a", "type": "text/plain", "text": "first"}
    task = await world.submit(await world.claimed(), artifacts=(artifact,))
    await world.move(task, Command.SEND_BACK, feedback="Again.")
    second = await world.submit(
        await world.claim(task_id=task.id), artifacts=({**artifact, "text": "second"},)
    )
    assert second.result is not None
    assert (second.result.round, second.result.artifacts[0].n) == (2, 2)
    assert [(await world.tasks.artifact(PERSON, task.id, n)).text for n in (1, 2)] == ["first", "second"]
    with pytest.raises(NotFound):
        await world.tasks.artifact(PERSON, task.id, 3)


async def test_a_stale_submit_is_refused_with_who_holds_the_task_and_its_text_is_kept_once(
    world: World,
) -> None:
    late = await world.claimed()
    world.clock.advance(minutes=31)
    await world.claim(BETA)
    said = {"summary": "All done.", "evidence": "42 tests", "artifacts": (), "links": ("https://e.com",)}
    for n in range(3):
        with pytest.raises(ClaimLost) as refused:
            await world.work.submit(ALPHA, late.task.id, late.token, said)
        assert (refused.value.holder, refused.value.text_kept) == ("beta", True)
        await world.tasks.comment(PERSON, late.task.id, f"Something else {n}")
    kept = [text for text in await world.comments(late) if "All done." in text]
    assert len(kept) == 1
    assert "42 tests" in kept[0]
    assert "https://e.com" in kept[0]
    assert (await world.now(late)).claimed().agent == "beta"


async def test_a_stale_submit_sent_many_times_at_once_is_kept_once(world: World) -> None:
    late = await world.claimed()
    world.clock.advance(minutes=31)
    await world.claim(BETA)
    sent = [world.submit(late, summary="All done.") for _ in range(8)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {ClaimLost}
    assert world.store.stale, "they collided"
    assert len(await world.comments(late)) == 1


async def test_a_task_submitted_already_is_not_submitted_again(world: World) -> None:
    held = await world.claimed()
    await world.submit(held)
    with pytest.raises(ClaimLost, match="submitted"):
        await world.submit(held)


async def test_a_submit_and_a_cancel_at_once_leave_a_cancelled_task_and_lose_no_text(world: World) -> None:
    held = await world.claimed()
    outcomes = await asyncio.gather(
        world.submit(held, summary="All done."), world.move(held, Command.CANCEL), return_exceptions=True
    )
    assert world.store.stale, "they collided"
    assert not any(isinstance(outcome, Busy) for outcome in outcomes)
    after = await world.now(held)
    assert after.status is Status.CANCELLED
    assert after.claim is None
    assert after.result is not None or "All done." in (await world.comments(held))[0]


async def test_approving_closes_and_tells_when(world: World) -> None:
    task = await world.reviewed()
    done = await world.move(task, Command.APPROVE, note="Nice.", round=1)
    assert (done.status, done.completed_at) == (Status.DONE, world.clock.now())
    event = await world.last(task)
    assert (event.type, event.actor, event.text) == (EventType.APPROVED, "human", "Nice.")


async def test_sending_back_gives_it_to_agents_with_the_feedback_without_a_live_session(world: World) -> None:
    task = await world.reviewed()
    await world.edit(task, assignee=Owner.ME)
    back = await world.move(task, Command.SEND_BACK, feedback="Shorter.", round=1)
    assert (back.status, back.assignee, back.sent_back) == (Status.BACKLOG, Owner.CODEX, True)
    held = await world.claim(BETA)
    assert held.context["feedback"] == [{"round": 1, "text": "Shorter.", "at": "2026-05-07T09:00:00Z"}]


@pytest.mark.parametrize(
    ("command", "said"), [(Command.APPROVE, {}), (Command.SEND_BACK, {"feedback": "No."})]
)
async def test_a_verdict_on_another_round_is_refused(
    world: World, command: Command, said: dict[str, str]
) -> None:
    task = await world.reviewed()
    await world.move(task, Command.SEND_BACK, feedback="Again.")
    await world.submit(await world.claim(task_id=task.id))
    with pytest.raises(ResultChanged) as refused:
        await world.move(task, command, round=1, **said)
    assert (refused.value.given, refused.value.current) == (1, 2)
    assert (await world.now(task)).status is Status.WAITING_REVIEW


async def test_only_what_waits_for_review_takes_a_verdict(world: World) -> None:
    for task in (await world.ready(), (await world.claimed()).task, await world.task(status=Status.DONE)):
        with pytest.raises(IllegalMove):
            await world.move(task, Command.APPROVE)
        with pytest.raises(IllegalMove):
            await world.move(task, Command.SEND_BACK, feedback="No.")


async def test_a_task_that_was_set_to_review_by_hand_has_a_way_on(world: World) -> None:
    for command, said in ((Command.APPROVE, {}), (Command.SEND_BACK, {"feedback": "No."})):
        task = await world.edit(await world.ready(), status=Status.WAITING_REVIEW)
        assert (await world.move(task, command, **said)).status in (Status.DONE, Status.BACKLOG)


async def test_review_optional_closes_by_that_policy_and_can_be_undone(world: World) -> None:
    task = await world.reviewed(review=ReviewNeed.OPTIONAL)
    assert (task.status, task.completed_at) == (Status.DONE, world.clock.now())
    submitted, closed = (await world.history(task))[-2:]
    assert (submitted.type, submitted.actor) == (EventType.SUBMITTED, "agent:alpha")
    assert (closed.type, closed.actor, closed.via) == (EventType.COMPLETED, "system", "system")
    assert "optional" in (closed.text or "")
    undone = await world.undo(closed)
    assert (undone.status, undone.completed_at) == (Status.WAITING_REVIEW, None)
    assert undone.result is not None


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
@pytest.mark.parametrize(
    "command",
    [Command.APPROVE, Command.SEND_BACK, Command.DONE, Command.CANCEL, Command.REOPEN, Command.DELETE],
)
async def test_only_the_person_judges_and_closes_and_that_is_checked_before_existence(
    world: World, caller: object, command: Command
) -> None:
    task = await world.reviewed()
    for task_id in (task.id, 999):
        with pytest.raises(RoleForbidden):
            await world.tasks.move(caller, task_id, command, {})  # type: ignore[arg-type]


async def test_an_agent_reads_the_result_of_what_it_worked_on_and_an_adapter_of_what_it_brought(
    world: World,
) -> None:
    artifact = {"name": "a", "type": "text/plain", "text": "first"}
    task = (await world.ingest({"title": "Draft", "external_id": "m"})).created[0]
    await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)
    await world.submit(await world.claim(), artifacts=(artifact,))
    for caller in (ALPHA, MAIL, PERSON):
        assert (await world.tasks.artifact(caller, task.id, 1)).text == "first"
    with pytest.raises(TaskNotFound):
        await world.tasks.artifact(BETA, task.id, 1)


async def test_artifacts_sent_with_a_stale_token_are_kept_whole_and_once(world: World) -> None:
    stale = await world.claimed()
    task = stale.task
    await world.claim(ALPHA, task.id, resume=True)
    said = {"summary": "Done", "artifacts": ({"name": "a.log", "type": "text/plain", "text": "x" * 100_000},)}
    for _ in range(2):
        with pytest.raises(ClaimLost) as refused:
            await world.services.work.submit(ALPHA, task.id, stale.token, said)
        assert refused.value.text_kept
    kept = await world.services.tasks.artifact(PERSON, task.id, 1)
    assert kept.text == "x" * 100_000
    comments = await world.services.tasks.file(PERSON, task.id, "comment", 10)
    texts = [(comment.data or {})["text"] for comment in comments]
    assert texts == ["(sent after the claim had ended)\n\nDone\n\nArtifact 1: a.log"]
