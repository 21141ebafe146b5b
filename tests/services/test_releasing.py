"""Releasing gives a task back: as a hand-off, as failed (an attempt), or declined (back to triage)."""

from __future__ import annotations

import pytest

from task_assistant.domain.errors import NoClaimableTask
from task_assistant.domain.lanes import lane
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.services.claiming import Claimed
from tests.factories import MICROSECOND
from tests.services.world import ALPHA, BETA, PERSON, World


async def release(
    world: World, held: Claimed, outcome: str | None = None, note: str = "Got this far."
) -> None:
    said = {"note": note, **({"outcome": outcome} if outcome else {})}
    await world.work.release(ALPHA, held.task.id, held.token, said)


async def test_a_handoff_passes_its_note_to_the_next_worker_and_counts_no_attempt(world: World) -> None:
    held = await world.claimed()
    await release(world, held)
    task = await world.now(held)
    assert (task.status, task.claim, task.assignee) == (Status.BACKLOG, None, Owner.CODEX)
    again = await world.claim(BETA)
    assert again.task.claimed().attempt == 1
    assert again.context["previous"] == [
        {"attempt": 1, "agent": "alpha", "outcome": "handoff", "note": "Got this far.", "summary": None}
    ]


async def test_the_last_progress_note_is_passed_on_when_the_release_says_nothing(world: World) -> None:
    held = await world.claimed()
    await world.work.progress(ALPHA, held.task.id, held.token, {"note": "halfway"})
    await world.work.release(ALPHA, held.task.id, held.token, {})
    assert (await world.claim(BETA)).context["previous"][0]["note"] == "halfway"


async def test_a_failed_release_counts_as_an_attempt(world: World) -> None:
    held = await world.claimed()
    await release(world, held, "failed")
    assert (await world.claim(BETA)).task.claimed().attempt == 2


async def test_declined_returns_it_to_triage_for_nobody_in_particular(world: World) -> None:
    held = await world.claimed(agent="alpha")
    await release(world, held, "declined")
    task = await world.now(held)
    assert (lane(task, world.clock.now()), task.assignee, task.agent) == (Lane.TRIAGE, Owner.UNASSIGNED, None)


@pytest.mark.parametrize("outcome", ["handoff", "failed"])
async def test_the_releasing_agent_is_not_offered_it_for_half_an_hour_but_others_are(
    world: World, outcome: str
) -> None:
    held = await world.claimed()
    await release(world, held, outcome)
    world.clock.advance(minutes=30)
    world.clock.at -= MICROSECOND
    with pytest.raises(NoClaimableTask):
        await world.claim()
    world.clock.at += MICROSECOND
    assert (await world.claim()).task.id == held.task.id


async def test_naming_it_or_changing_it_ends_that_and_so_does_declining_and_reassigning(world: World) -> None:
    named = await world.claimed()
    await release(world, named)
    again = await world.claim(task_id=named.task.id)
    await release(world, again)
    await world.edit(named, title="Another title")
    again = await world.claim()
    await release(world, again, "declined")
    await world.move(named, Command.ASSIGN, assignee=Owner.CODEX)
    assert (await world.claim()).task.id == named.task.id


async def test_a_heartbeat_elsewhere_and_the_sweep_do_not_offer_it_again(world: World) -> None:
    held = await world.claimed()
    await release(world, held)
    await world.services.sweep.once()
    with pytest.raises(NoClaimableTask):
        await world.claim()


async def test_the_person_releases_what_the_person_claimed(world: World) -> None:
    held = await world.claim(PERSON, (await world.ready()).id)
    task = await world.work.release(PERSON, held.task.id, held.token, {})
    assert task.claim is None
