"""The life of a task between an agent and the person, step by step."""

from __future__ import annotations

import pytest

from tests.stories.conftest import Scene
from tests.stories.hands import AgentHand, Refused, Seen


async def refused(hand: AgentHand, task_id: int, summary: str) -> str:
    """The code with which a submit is refused."""
    with pytest.raises(Refused) as refusal:
        await hand.submit(task_id, summary)
    return refusal.value.code


async def test_a_task_is_asked_about_answered_submitted_sent_back_and_approved(scene: Scene) -> None:
    person, alpha, beta = await scene.person(), await scene.agent("alpha"), await scene.agent("beta")
    task_id = await person.capture("Write the release notes")

    given = await alpha.claim()
    assert (given.task_id, given.title) == (task_id, "Write the release notes")
    assert await alpha.report(task_id, "Reading the commits.") == "continue"
    await alpha.ask(task_id, "Which version number?")
    assert await person.look(task_id) == Seen("blocked", "blocked", "Which version number?", None)

    await person.answer(task_id, "1.0")
    given = await beta.claim()
    assert (given.task_id, given.answers) == (task_id, ("1.0",))
    await beta.submit(task_id, "Drafted.")
    assert (await person.look(task_id)).lane == "review"

    await person.send_back(task_id, "Shorter, please.")
    given = await beta.claim()
    assert (given.feedback, given.answers) == (("Shorter, please.",), ("1.0",))
    await beta.submit(task_id, "Shortened.")
    assert (await person.look(task_id)).summary == "Shortened."
    await person.approve(task_id)
    assert await person.look(task_id) == Seen("done", None, "Which version number?", "Shortened.")

    told = [
        (line.type, line.actor)
        for line in await person.history(task_id)
        if line.type not in ("progress", "assigned")
    ]
    assert told == [
        ("created", "human"),
        ("claimed", "agent:alpha"),
        ("asked", "agent:alpha"),
        ("answered", "human"),
        ("claimed", "agent:beta"),
        ("submitted", "agent:beta"),
        ("sent_back", "human"),
        ("claimed", "agent:beta"),
        ("submitted", "agent:beta"),
        ("approved", "human"),
    ]


async def test_a_held_task_is_refused_to_another_agent_and_no_work_is_a_final_answer(scene: Scene) -> None:
    person, alpha, beta = await scene.person(), await scene.agent("alpha"), await scene.agent("beta")
    task_id = await person.capture("Write the release notes")
    await alpha.claim(task_id)
    with pytest.raises(Refused) as held:
        await beta.claim(task_id)
    assert held.value.code == "claim_held"
    with pytest.raises(Refused) as nothing:
        await beta.claim()
    assert nothing.value.code == "no_claimable_task"


async def test_released_work_goes_to_the_next_agent(scene: Scene) -> None:
    person, alpha, beta = await scene.person(), await scene.agent("alpha"), await scene.agent("beta")
    task_id = await person.capture("Write the release notes")
    await alpha.claim()
    await alpha.release(task_id, "Half of it is in the draft.")
    assert (await person.look(task_id)).lane == "agent"
    assert (await beta.claim()).task_id == task_id


async def test_an_expired_lease_gives_the_task_to_another_and_late_work_is_kept(scene: Scene) -> None:
    person, alpha, beta = await scene.person(), await scene.agent("alpha"), await scene.agent("beta")
    task_id = await person.capture("Write the release notes")
    await alpha.claim()
    scene.clock.advance(minutes=31)
    assert (await beta.claim()).task_id == task_id
    assert await refused(alpha, task_id, "Finished, an hour late.") == "claim_lost"
    assert "Finished, an hour late." in (await person.comments(task_id))[0]
    await beta.submit(task_id, "Finished in time.")
    assert (await person.look(task_id)).summary == "Finished in time."


async def test_a_cancelled_task_tells_its_holder_to_stop(scene: Scene) -> None:
    person, alpha = await scene.person(), await scene.agent("alpha")
    task_id = await person.capture("Write the release notes")
    await alpha.claim()
    await person.cancel(task_id)
    assert await alpha.report(task_id, "Nearly there.") == "stop"
    assert await refused(alpha, task_id, "Done anyway.") == "claim_lost"
    assert (await person.look(task_id)).status == "cancelled"


async def test_no_agent_closes_a_task(scene: Scene) -> None:
    person, alpha = await scene.person(), await scene.agent("alpha")
    task_id = await person.capture("Write the release notes")
    await alpha.claim()
    with pytest.raises(Refused) as refusal:
        await alpha.close(task_id)
    assert refusal.value.code == "role_forbidden"
    assert (await person.look(task_id)).status == "in_progress"
