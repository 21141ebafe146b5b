"""Capture: nothing captured is lost, and text from outside starts no work."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.domain.errors import (
    ExternalIdTaken,
    FieldForbidden,
    InvalidBatch,
    InvalidFields,
    OutsideKeyLimits,
    RoleForbidden,
)
from task_assistant.domain.history import EventType
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Caller
from task_assistant.domain.task import Lane, Owner, ReviewNeed, Status
from tests.factories import adapter, agent
from tests.services.world import ALPHA, BETA, MAIL, WALL, World

ITEM = {"title": "Send Alice revised numbers", "external_id": "mail-1", "origin": "email"}


async def test_a_captured_task_starts_in_triage_with_the_defaults(world: World) -> None:
    task = await world.task()
    assert (task.status, task.assignee, task.origin, task.priority, task.review) == (
        Status.BACKLOG, Owner.UNASSIGNED, "manual", 3, ReviewNeed.REQUIRED,
    )  # fmt: skip
    assert (lane(task, world.clock.now()), task.version, task.created_by) == (Lane.TRIAGE, 1, "human")
    assert await world.told(task) == [EventType.CREATED]


async def test_a_task_created_as_done_is_completed_then(world: World) -> None:
    assert (await world.task(status=Status.DONE)).completed_at == world.clock.now()


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.IN_PROGRESS])
async def test_no_agent_or_adapter_creates_something_closed_or_under_way_by_any_route(
    world: World, caller: Any, status: Status
) -> None:
    with pytest.raises(FieldForbidden):
        await world.task(by=caller, status=status)
    with pytest.raises(FieldForbidden):
        await world.ingest({**ITEM, "status": status}, by=caller)
    partial = await world.ingest({**ITEM, "status": status}, by=caller, partial=True)
    assert partial.created == []
    assert world.store.board.tasks == {}


@pytest.mark.parametrize("caller", [ALPHA, MAIL])
async def test_without_may_assign_agent_work_and_lower_review_are_a_proposal_in_triage(
    world: World, caller: Any
) -> None:
    wish = {"assignee": Owner.CODEX, "review": ReviewNeed.OPTIONAL, "agent": "alpha"}
    made = await world.task(by=caller, **wish)
    ingested = (await world.ingest({**ITEM, **wish}, by=caller)).created[0]
    for task in (made, ingested):
        assert (lane(task, world.clock.now()), task.assignee, task.review, task.agent) == (
            Lane.TRIAGE, Owner.UNASSIGNED, ReviewNeed.REQUIRED, None,
        )  # fmt: skip
        assert task.proposal is not None
        assert (task.proposal.assignee, task.proposal.review) == (Owner.CODEX, ReviewNeed.OPTIONAL)


async def test_the_person_accepts_the_proposed_owner_and_the_review_stays_required(world: World) -> None:
    made = await world.task(by=ALPHA, assignee=Owner.CODEX, review=ReviewNeed.OPTIONAL)
    accepted = await world.move(made, Command.ACCEPT_ASSESSMENT)
    assert (accepted.assignee, accepted.review, accepted.proposal) == (
        Owner.CODEX, ReviewNeed.REQUIRED, None,
    )  # fmt: skip


async def test_with_may_assign_it_goes_to_the_agents_at_once(world: World) -> None:
    made = await world.task(by=adapter(may_assign=True), assignee=Owner.CODEX)
    assert (lane(made, world.clock.now()), made.proposal) == (Lane.AGENT, None)


async def test_work_for_the_person_needs_no_permission(world: World) -> None:
    made = await world.task(by=MAIL, assignee=Owner.ME)
    assert lane(made, world.clock.now()) is Lane.HUMAN


async def test_a_reader_and_a_scoped_key_create_nothing(world: World) -> None:
    for caller in (WALL, agent("alpha", task_id=1)):
        with pytest.raises(RoleForbidden):
            await world.task(by=caller)
        with pytest.raises(RoleForbidden):
            await world.ingest(ITEM, by=caller)


async def test_a_key_stays_within_its_origins_and_labels(world: World) -> None:
    limited = adapter(origins=("email",), labels=("work",))
    with pytest.raises(OutsideKeyLimits):
        await world.task(by=limited, origin="slack")
    with pytest.raises(OutsideKeyLimits):
        await world.task(by=limited, origin="email", labels=("home",))
    assert (await world.task(by=limited, origin="email", labels=("work",))).labels == ("work",)


async def test_creating_with_a_known_external_id_names_the_task_even_a_deleted_one(world: World) -> None:
    task = await world.task(external_id="m-1")
    for _ in range(2):
        with pytest.raises(ExternalIdTaken) as refused:
            await world.task(external_id="m-1")
        assert refused.value.task_id == task.id
        await world.move(task, Command.DELETE) if (await world.now(task)).deleted_at is None else None


async def test_of_two_creates_with_one_external_id_at_once_one_is_refused(world: World) -> None:
    made = [world.task(external_id="m-1") for _ in range(2)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(ExternalIdTaken) == 1
    assert len(world.store.board.tasks) == 1


async def test_a_new_task_depends_on_what_is_there_only(world: World) -> None:
    gone = await world.task()
    await world.move(gone, Command.DELETE)
    for wrong in (gone.id, 999):
        with pytest.raises(InvalidFields):
            await world.task(depends_on=(wrong,))
        with pytest.raises(InvalidBatch):
            await world.ingest({"title": "x", "depends_on": (wrong,)})


async def test_depending_on_a_private_task_does_not_tell_a_key_that_it_exists(world: World) -> None:
    secret = await world.task(private=True)
    for caller in (ALPHA, MAIL):
        for task_id in (secret.id, 999):
            with pytest.raises(InvalidFields, match="there is no task"):
                await world.task(by=caller, depends_on=(task_id,))
    assert (await world.task(depends_on=(secret.id,))).depends_on == (secret.id,)


@pytest.mark.parametrize(
    "caller",
    [agent("beta", may_assign=True, labels=("work",)), agent("beta", origins=("slack",)), MAIL],
    ids=["an agent of one label", "an agent of one origin", "an adapter"],
)
async def test_a_new_task_of_a_key_depends_only_on_what_that_key_may_read_or_made(
    world: World, caller: Caller
) -> None:
    closed = await world.reviewed(labels=("home",))
    await world.move(closed, Command.APPROVE)
    hidden = [closed.id, (await world.ready()).id, (await world.task(assignee=Owner.ME)).id]
    for task_id in (*hidden, 999):
        needs: dict[str, Any] = {
            "assignee": Owner.CODEX,
            "depends_on": (task_id,),
            "labels": caller.labels,
            "origin": "slack",
        }
        with pytest.raises(InvalidFields, match=f"there is no task {task_id}"):
            await world.task(by=caller, **needs)
        with pytest.raises(InvalidBatch, match=f"there is no task {task_id}"):
            await world.ingest({"title": "x", **needs}, by=caller)
    made = await world.task(by=caller, assignee=Owner.ME, origin="slack")
    assert (await world.task(by=caller, depends_on=(made.id,), origin="slack")).depends_on == (made.id,)


async def test_an_agent_makes_a_task_that_follows_what_it_has_worked_on(world: World) -> None:
    done = await world.reviewed()
    await world.move(done, Command.APPROVE)
    offered = await world.ready()
    for before in (done, offered):
        assert (await world.task(by=ALPHA, depends_on=(before.id,))).depends_on == (before.id,)
    with pytest.raises(InvalidFields):
        await world.task(by=BETA, depends_on=(done.id,))
