"""PATCH: the person changes any field and any status; an agent's key patches `status`, which claims and hands back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import (
    ClaimHeld,
    DependencyCycle,
    ExternalIdTaken,
    FieldForbidden,
    InvalidFields,
    NeverHeld,
    Refusal,
    RoleForbidden,
    TaskNotFound,
    VersionMismatch,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import CLOSED, Owner, Status
from task_assistant.services.claiming import Claimed
from tests.factories import later
from tests.services.world import ALPHA, BETA, MAIL, PERSON, WALL, World


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
async def test_the_person_sets_any_status_from_any_other_and_the_task_has_a_way_on(
    world: World, before: Status, after: Status
) -> None:
    task = await world.task(status=before, assignee=Owner.CODEX)
    patched = await world.edit(task, status=after)
    assert patched.status is after
    assert (patched.completed_at is not None) is (after is Status.DONE)
    if after not in CLOSED:
        assert lane(patched, world.clock.now()) is not None
    if after is Status.BLOCKED:
        assert patched.question is not None
        assert patched.question.answer is None


async def test_an_edit_tells_field_by_field_what_changed_and_raises_the_version(world: World) -> None:
    task = await world.ready()
    world.clock.advance(minutes=1)
    patched = await world.edit(task, title="Draft it", priority=1, labels=task.labels)
    assert (patched.version, patched.updated_at) == (2, world.clock.now())
    event = await world.last(task)
    assert event.type is EventType.EDITED
    assert event.changes == {"title": ("Draft the notes", "Draft it"), "priority": (3, 1)}


async def test_an_edit_that_changes_nothing_is_no_change(world: World) -> None:
    task = await world.ready()
    assert (await world.edit(task, title=task.title)).version == 1
    assert await world.told(task) == [EventType.CREATED]


async def test_the_due_date_follows_priority_until_one_is_given_and_again_when_it_is_taken_back(
    world: World,
) -> None:
    task = await world.ready()
    assert (task.due_at, task.due_is_estimated) == (later(days=7), True)
    assert (await world.edit(task, priority=1)).due_at == later(days=1)
    given = await world.edit(task, due=later(days=2))
    assert (given.due_at, given.due_is_estimated) == (later(days=2), False)
    assert (await world.edit(task, due=None)).due_at == later(days=1)


async def test_a_field_that_is_not_status_or_owner_leaves_the_claim_alone(world: World) -> None:
    held = await world.claimed()
    patched = await world.edit(held, title="Draft it", labels=("x",), review="optional", priority=1)
    assert patched.claim is not None


async def test_setting_the_status_it_has_leaves_the_claim_alone(world: World) -> None:
    held = await world.claimed()
    assert (await world.edit(held, status=Status.IN_PROGRESS, assignee=Owner.CODEX)).claim is not None


async def test_if_match_names_the_versions_that_may_be_changed(world: World) -> None:
    task = await world.ready()
    await world.tasks.edit(PERSON, task.id, {"title": "One"}, frozenset({1}))
    with pytest.raises(VersionMismatch) as refused:
        await world.tasks.edit(PERSON, task.id, {"title": "Two"}, frozenset({1}))
    assert refused.value.current == 2
    with pytest.raises(VersionMismatch):
        await world.tasks.move(PERSON, task.id, Command.DONE, {}, frozenset({1}))
    with pytest.raises(VersionMismatch):
        await world.tasks.purge(PERSON, task.id, frozenset({1}))
    with pytest.raises(VersionMismatch):
        await world.work.patch_status(ALPHA, task.id, Status.IN_PROGRESS, frozenset({1}))
    assert (await world.now(task)).title == "One"


async def test_of_two_writers_with_the_same_if_match_one_is_refused(world: World) -> None:
    task = await world.ready()
    writers = [world.tasks.edit(PERSON, task.id, {"title": t}, frozenset({1})) for t in ("One", "Two")]
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(VersionMismatch) == 1
    assert world.store.stale == 1


async def test_without_if_match_the_last_write_wins_field_by_field(world: World) -> None:
    task = await world.ready()
    fields: list[dict[str, Any]] = [{"title": "One"}, {"priority": 1}, {"labels": ("x",)}]
    await asyncio.gather(*(world.tasks.edit(PERSON, task.id, each) for each in fields))
    after = await world.now(task)
    assert (after.title, after.priority, after.labels, after.version) == ("One", 1, ("x",), 4)
    assert world.store.stale


async def test_a_heartbeat_does_not_fail_somebodys_if_match(world: World) -> None:
    held = await world.claimed()
    await world.work.heartbeat(ALPHA, held.task.id, held.token)
    version = frozenset({held.task.version})
    assert (await world.tasks.edit(PERSON, held.task.id, {"title": "x"}, version)).title == "x"


async def test_dependencies_refuse_circles_and_what_is_not_there(world: World) -> None:
    first = await world.ready()
    second = await world.ready(depends_on=(first.id,))
    with pytest.raises(DependencyCycle):
        await world.edit(first, depends_on=(second.id,))
    for wrong in ((first.id,), (999,)):
        with pytest.raises(InvalidFields):
            await world.edit(first, depends_on=wrong)
    assert (await world.now(first)).depends_on == ()


async def test_a_known_external_id_is_refused_by_name(world: World) -> None:
    one = await world.ready(external_id="m-1")
    other = await world.ready()
    with pytest.raises(ExternalIdTaken) as refused:
        await world.edit(other, external_id="m-1")
    assert refused.value.task_id == one.id


async def test_only_a_task_of_agents_is_meant_for_one_agent(world: World) -> None:
    task = await world.ready(agent="alpha")
    wrong: list[dict[str, Any]] = [
        {"assignee": owner, "agent": "beta"} for owner in (Owner.ME, Owner.UNASSIGNED)
    ]
    for fields in wrong:
        with pytest.raises(InvalidFields):
            await world.edit(task, **fields)
        with pytest.raises(InvalidFields):
            await world.move(task, Command.ASSIGN, **fields)
        with pytest.raises(InvalidFields):
            await world.task(**fields)
    assert (await world.edit(task, assignee=Owner.ME)).agent is None


async def test_only_the_person_edits_and_that_is_checked_before_existence(world: World) -> None:
    task = await world.ready()
    for caller in (ALPHA, MAIL, WALL):
        for task_id in (task.id, 999):
            with pytest.raises(RoleForbidden):
                await world.tasks.edit(caller, task_id, {"title": "x"})


# -- an agent's PATCH --------------------------------------------------------------------------------------------------


async def test_an_agent_patches_in_progress_to_claim_and_gets_a_token(world: World) -> None:
    task = await world.ready()
    held = await world.work.patch_status(ALPHA, task.id, Status.IN_PROGRESS)
    assert isinstance(held, Claimed)
    assert (await world.work.heartbeat(ALPHA, task.id, held.token)).state == "continue"
    for caller in (ALPHA, BETA):
        with pytest.raises(ClaimHeld):
            await world.work.patch_status(caller, task.id, Status.IN_PROGRESS)


async def test_it_patches_waiting_review_to_submit_and_backlog_to_release(world: World) -> None:
    for status in (Status.WAITING_REVIEW, Status.BACKLOG):
        task = await world.ready()
        await world.work.patch_status(ALPHA, task.id, Status.IN_PROGRESS)
        await world.work.patch_status(ALPHA, task.id, status)
        after = await world.now(task)
        assert (after.status, after.claim, after.assignee) == (status, None, Owner.CODEX)


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.BLOCKED])
async def test_it_patches_to_no_other_status_and_that_is_checked_before_existence(
    world: World, status: Status
) -> None:
    held = await world.claimed()
    for task_id in (held.task.id, 999):
        with pytest.raises(FieldForbidden):
            await world.work.patch_status(ALPHA, task_id, status)
    assert (await world.now(held)).status is Status.IN_PROGRESS


@pytest.mark.parametrize("status", [Status.WAITING_REVIEW, Status.BACKLOG])
async def test_it_patches_nothing_that_another_holds_or_nobody_holds(world: World, status: Status) -> None:
    held = await world.claimed()
    for task in (held.task, await world.ready()):
        with pytest.raises(NeverHeld):
            await world.work.patch_status(BETA, task.id, status)
        assert (await world.now(task)).status is task.status


@pytest.mark.parametrize("caller", [MAIL, WALL])
async def test_adapters_and_readers_patch_nothing(world: World, caller: Any) -> None:
    for status in Status:
        with pytest.raises(RoleForbidden):
            await world.work.patch_status(caller, 999, status)


async def test_a_task_that_is_gone_is_not_found_by_any_verb(world: World) -> None:
    task = await world.ready()
    await world.move(task, Command.DELETE)
    refused: list[Refusal] = []
    for act in (
        world.edit(task, title="x"), world.move(task, Command.DONE), world.move(task, Command.DELETE),
        world.tasks.comment(PERSON, task.id, "x"), world.tasks.get(PERSON, task.id), world.claim(task_id=task.id),
    ):  # fmt: skip
        with pytest.raises(TaskNotFound) as caught:
            await act
        refused.append(caught.value)
    assert len(refused) == 6
