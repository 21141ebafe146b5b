"""What was closed at its source never closes here: it stops claims, tells the holder and asks the person."""

from __future__ import annotations

import pytest

from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Status
from tests.services.world import ALPHA, World

ITEM = {"title": "Send Alice revised numbers", "external_id": "mail-1", "origin": "email"}


async def test_closed_at_its_source_asks_the_person_stops_claims_and_never_closes(world: World) -> None:
    task = await world.ready(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert (after.status, after.source_state) == (Status.BLOCKED, "closed")
    assert after.question is not None
    assert after.question.options == ("Mark it done", "Cancel", "Keep it open")
    assert (await world.last(task)).type is EventType.SOURCE_CLOSED


async def test_closed_at_its_source_tells_the_holder(world: World) -> None:
    held = await world.claimed(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    pulse = await world.work.heartbeat(ALPHA, held.task.id, held.token)
    assert (pulse.state, "source" in (pulse.why or "")) == ("stop", True)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("Mark it done", Status.DONE), ("Cancel", Status.CANCELLED), ("Keep it open", Status.BACKLOG)],
)
async def test_the_answer_to_that_acts_and_the_source_does_not_ask_again(
    world: World, answer: str, status: Status
) -> None:
    task = await world.ready(external_id="m-1")
    item = {"title": "x", "external_id": "m-1", "source_state": "closed"}
    await world.ingest(item)
    after = await world.move(task, Command.ANSWER, answer=answer)
    assert (after.status, after.completed_at is not None) == (status, status is Status.DONE)
    await world.ingest(item)
    assert (await world.now(task)).status is status


async def test_a_blocked_task_asks_that_first_and_keeps_the_earlier_question(world: World) -> None:
    task = await world.asked(external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert after.question is not None
    assert after.question.about == "source_closed"
    late = await world.move(task, Command.ANSWER, answer="1.0", question_id=1)
    assert late.status is Status.BLOCKED


async def test_a_task_that_comes_closed_asks_instead_of_starting_work(world: World) -> None:
    made = await world.ready(source_state="closed")
    assert made.status is Status.BLOCKED
    assert (await world.move(made, Command.ANSWER, answer="Mark it done")).status is Status.DONE


async def test_a_closed_task_only_notes_the_state_of_its_source(world: World) -> None:
    task = await world.task(status=Status.DONE, external_id="m-1")
    await world.ingest({"title": "x", "external_id": "m-1", "source_state": "closed"})
    after = await world.now(task)
    assert (after.status, after.source_state, after.question) == (Status.DONE, "closed", None)
