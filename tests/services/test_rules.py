"""Rules about review and about assigning: off until the person makes one, and only the person does."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.domain.errors import InvalidFields, NotFound, RoleForbidden
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, ReviewNeed, Task
from tests.services.world import ALPHA, MAIL, PERSON, World

TITLE = "Find out why sync test {n} fails on Windows"
BROUGHT: dict[str, Any] = {"origin": "github", "source_name": "Issue tracker"}


async def agreed(world: World, count: int = 25, *, wrong: int = 0) -> None:
    """So many decisions on captures of GitHub, of which some went against the suggestion."""
    for n in range(count):
        task = await world.task(TITLE.format(n=n), origin="github")
        assert task.assessment is not None
        assert task.assessment.suggested_assignee is Owner.CODEX
        await world.move(task, Command.ASSIGN, assignee=Owner.ME if n < wrong else Owner.CODEX)
    await world.services.sweep.once()


async def switched_on(world: World, **fields: Any) -> None:
    """The person lets GitHub captures of the mail adapter be assigned."""
    usual = {"precision": 0.95, "keys": ["adapter:mail"], "senders": ["Issue tracker"]}
    await world.services.rules.keep_assign(PERSON, "origin", "github", **{**usual, **fields})


async def arrived(world: World, **fields: Any) -> Task:
    """A capture from outside, after the sweep has looked at it."""
    task = (await world.ingest({"title": TITLE.format(n="x"), **BROUGHT, **fields})).created[0]
    await world.services.sweep.once()
    return await world.now(task)


async def test_nothing_is_assigned_until_it_is_switched_on(world: World) -> None:
    await agreed(world)
    assert (await arrived(world)).assignee is Owner.UNASSIGNED


async def test_a_capture_is_assigned_by_system_with_why_and_can_be_undone(world: World) -> None:
    await agreed(world)
    await switched_on(world)
    task = await arrived(world)
    event = await world.last(task)
    assert (task.assignee, task.review) == (Owner.CODEX, ReviewNeed.REQUIRED)
    assert (event.type, event.actor, event.via) == (EventType.ASSIGNED, "system", "system")
    assert event.text == "25 of your last 25 decisions on origin github agreed"
    assert event.lesson is None
    back = await world.undo(event)
    assert back.assignee is Owner.UNASSIGNED
    await world.services.sweep.once()
    assert (await world.now(task)).assignee is Owner.UNASSIGNED


async def test_what_the_person_takes_back_counts_against_it(world: World) -> None:
    await agreed(world)
    await switched_on(world)
    task = await arrived(world)
    await world.undo(await world.last(task))
    found = (await world.services.learning.follow()).measures.precision("origin:github", "codex")
    assert (found.right, found.of) == (25, 26)


async def test_below_the_precision_nothing_is_assigned(world: World) -> None:
    await agreed(world, wrong=3)
    await switched_on(world)
    assert (await arrived(world)).assignee is Owner.UNASSIGNED


@pytest.mark.parametrize("fields", [{"keys": []}, {"senders": []}, {"senders": ["Somebody else"]}], ids=str)
async def test_text_from_a_key_or_sender_that_was_not_allowed_is_left(
    world: World, fields: dict[str, Any]
) -> None:
    await agreed(world)
    await switched_on(world, **fields)
    assert (await arrived(world)).assignee is Owner.UNASSIGNED


async def test_what_was_captured_before_it_was_switched_on_is_left(world: World) -> None:
    await agreed(world)
    task = (await world.ingest({"title": TITLE.format(n="y"), **BROUGHT})).created[0]
    world.clock.advance(minutes=1)
    await switched_on(world)
    await world.services.sweep.once()
    assert (await world.now(task)).assignee is Owner.UNASSIGNED


async def test_two_processes_assign_once(world: World) -> None:
    await agreed(world)
    await switched_on(world)
    other = world.other_process()
    await other.sweep.once()
    task = await arrived(world)
    await other.sweep.once()
    assert [event.type for event in await world.history(task)] == [EventType.CREATED, EventType.ASSIGNED]


async def test_a_rule_about_review_is_advice_and_marks_captures_for_another_look(world: World) -> None:
    task = await world.task("Compare three backup services", labels=("ops",))
    assert task.assessment is not None
    assert task.assessment.review is ReviewNeed.OPTIONAL
    rule = await world.services.rules.keep_review(PERSON, "label", "ops", "required")
    await world.services.sweep.once()
    after = await world.now(task)
    assert after.assessment is not None
    assert (after.assessment.review, after.review) == (ReviewNeed.REQUIRED, ReviewNeed.REQUIRED)
    await world.services.rules.drop(PERSON, rule.id)
    await world.services.sweep.once()
    again = (await world.now(task)).assessment
    assert again is not None
    assert again.review is ReviewNeed.OPTIONAL


async def test_the_same_place_again_replaces_its_rule(world: World) -> None:
    rules = world.services.rules
    await rules.keep_review(PERSON, "words", "Acme  Corp", "required")
    await rules.keep_review(PERSON, "words", "acme corp", "optional")
    assert [(rule.what, rule.review) for rule in (await rules.read()).review] == [("acme corp", "optional")]


@pytest.mark.parametrize("caller", [ALPHA, MAIL], ids=["agent", "adapter"])
async def test_only_the_person_makes_and_ends_rules(world: World, caller: Any) -> None:
    with pytest.raises(RoleForbidden):
        await world.services.rules.keep_review(caller, "origin", "email", "optional")
    with pytest.raises(RoleForbidden):
        await world.services.rules.keep_assign(caller, "origin", "email", 0.9, [], [])
    with pytest.raises(RoleForbidden):
        await world.services.rules.drop(caller, "x")


async def test_what_is_no_rule_is_refused_by_name(world: World) -> None:
    rules = world.services.rules
    for call in (
        lambda: rules.keep_review(PERSON, "moon", "x", "required"),
        lambda: rules.keep_review(PERSON, "label", "x", "never"),
        lambda: rules.keep_review(PERSON, "label", " ", "required"),
        lambda: rules.keep_assign(PERSON, "words", "x", 0.9, [], []),
        lambda: rules.keep_assign(PERSON, "origin", "x", 0.1, [], []),
    ):
        with pytest.raises(InvalidFields):
            await call()
    with pytest.raises(NotFound):
        await rules.drop(PERSON, "nothing")
