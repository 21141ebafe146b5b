"""Agents with the right to triage propose; the person accepts, and what came of it is measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from task_assistant.domain.assessment import shown, suggestion
from task_assistant.domain.errors import AlreadyTriaged, NoAssessment, RoleForbidden, TaskNotFound
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, ReviewNeed, Task
from tests.services.world import ALPHA, BETA, MAIL, PERSON, WALL, World

SORTER = replace(ALPHA, may_triage=True)
WHY = [{"signal": "taste", "evidence": "gift", "points": 2.0}]


async def propose(world: World, task: Task, owner: str | None = "me", **said: Any) -> Task:
    """The sorter proposes an owner."""
    body = {"suggested_assignee": owner, "agent_probability": 0.2, "reasons": WHY, **said}
    return await world.services.triage.propose(SORTER, task.id, body)


async def test_a_proposal_is_shown_in_place_of_the_built_in_one_and_assigns_nothing(world: World) -> None:
    task = await world.task("Find a gift for Alice")
    after = await propose(world, task, review=ReviewNeed.OPTIONAL)
    found = shown(after)
    assert found is not None
    assert (found.assessed_by, found.suggested_assignee, found.reasons[0].evidence) == (
        "agent:alpha",
        Owner.ME,
        "gift",
    )
    assert (after.assignee, after.review) == (Owner.UNASSIGNED, ReviewNeed.REQUIRED)
    assert after.assessment == task.assessment
    assert await world.told(task) == [EventType.CREATED, EventType.ASSESSED]


async def test_accepting_it_assigns_and_never_lowers_the_review(world: World) -> None:
    task = await world.task("Find a gift for Alice")
    await propose(world, task, review=ReviewNeed.OPTIONAL)
    after = await world.move(task, Command.ACCEPT_ASSESSMENT)
    assert (after.assignee, after.review, after.proposal) == (Owner.ME, ReviewNeed.REQUIRED, None)


async def test_what_was_looked_at_is_accepted_and_nothing_else(world: World) -> None:
    task = await world.task("Find a gift for Alice")
    await propose(world, task)
    with pytest.raises(NoAssessment):
        await world.move(task, Command.ACCEPT_ASSESSMENT, assignee="codex")
    assert (await world.move(task, Command.ACCEPT_ASSESSMENT, assignee="me")).assignee is Owner.ME


async def test_what_has_an_owner_by_now_is_not_given_away_by_accepting(world: World) -> None:
    task = await world.task("Find out why the sync test fails on Windows")
    await world.move(task, Command.ASSIGN, assignee=Owner.ME)
    with pytest.raises(NoAssessment):
        await world.move(task, Command.ACCEPT_ASSESSMENT)


async def test_a_question_in_place_of_an_owner_cannot_be_accepted(world: World) -> None:
    task = await world.task("Draft the release notes")
    await propose(world, task, None, question="For which version?")
    with pytest.raises(NoAssessment):
        await world.move(task, Command.ACCEPT_ASSESSMENT)


async def test_a_proposal_of_an_agent_goes_before_the_wish_of_an_adapter(world: World) -> None:
    task = (await world.ingest({"title": "Find a gift", "assignee": Owner.CODEX})).created[0]
    assert suggestion(task) is Owner.CODEX
    assert suggestion(await propose(world, task)) is Owner.ME


async def test_a_proposal_can_be_undone(world: World) -> None:
    task = await world.task("Find a gift for Alice")
    await propose(world, task)
    back = await world.undo(await world.last(task))
    assert (back.proposal, shown(back)) == (None, task.assessment)


@pytest.mark.parametrize("caller", [BETA, MAIL, WALL], ids=["agent", "adapter", "reader"])
async def test_only_keys_that_may_triage_propose(world: World, caller: Any) -> None:
    task = await world.task()
    with pytest.raises(RoleForbidden, match="triage"):
        await world.services.triage.propose(caller, task.id, {})


async def test_a_private_capture_does_not_exist_for_an_agent(world: World) -> None:
    task = await world.task(private=True)
    with pytest.raises(TaskNotFound):
        await propose(world, task)


async def test_what_has_an_owner_takes_no_proposal(world: World) -> None:
    task = await world.task(assignee=Owner.ME)
    with pytest.raises(AlreadyTriaged):
        await world.services.triage.propose(PERSON, task.id, {})


async def test_proposals_are_compared_with_the_built_in_one(world: World) -> None:
    for n in range(4):
        task = await world.task(f"Find out why sync test {n} fails on Windows")
        await propose(world, task, "me")
        await world.move(task, Command.ASSIGN, assignee=Owner.CODEX if n else Owner.ME)
    measures = (await world.services.learning.follow()).measures
    assert measures.others == {"agent:alpha": (4, 1, 3)}
