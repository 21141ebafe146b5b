"""Second opinions: proposals of an outside assessor, within its budget, never about what is private."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from task_assistant.assessors.endpoint import Endpoint
from task_assistant.domain.assessment import shown
from task_assistant.domain.history import EventType
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.readiness import Matter
from task_assistant.domain.task import Owner, Proposal
from task_assistant.ports.assessor import AssessorUnavailable
from task_assistant.services.opinions import Opinions
from tests.assessors.standin import JUDGED, standing_in
from tests.services.world import PERSON, World

SAID = {**JUDGED, "suggested_assignee": "me", "agent_probability": 0.2}


@dataclass
class Oracle:
    """An assessor that says what it is told to."""

    said: dict[str, Any] = field(default_factory=lambda: dict(SAID))
    fails: bool = False
    name: str = "model:oracle"
    asked: list[str] = field(default_factory=list)

    async def opinion(self, matter: Matter) -> dict[str, Any]:
        self.asked.append(matter.title)
        if self.fails:
            raise AssessorUnavailable("no answer (ReadTimeout)")
        return self.said


async def test_a_capture_gets_a_proposal_that_assigns_nothing(world: World) -> None:
    task = await world.task("Draft the release notes")
    opinions = Opinions(world.desk, Oracle(), 10)
    assert await opinions.once() == 1
    after = await world.now(task)
    found = shown(after)
    assert found is not None
    assert (found.assessed_by, found.suggested_assignee, after.assignee) == (
        "model:oracle",
        Owner.ME,
        Owner.UNASSIGNED,
    )
    event = await world.last(task)
    assert (event.type, event.actor) == (EventType.ASSESSED, "system")
    assert await opinions.once() == 0


async def test_private_owned_and_proposed_tasks_are_never_sent(world: World) -> None:
    await world.task("Private", private=True)
    await world.task("Mine", assignee=Owner.ME)
    await world.ingest({"title": "Proposed", "assignee": Owner.CODEX})
    oracle = Oracle()
    assert await Opinions(world.desk, oracle, 10).once() == 0
    assert oracle.asked == []


async def test_what_becomes_private_before_its_turn_is_not_sent(world: World) -> None:
    first, second = await world.task("First"), await world.task("Second")

    class Slow(Oracle):
        async def opinion(self, matter: Matter) -> dict[str, Any]:
            await world.edit(first, private=True)
            return await super().opinion(matter)

    oracle = Slow()
    await Opinions(world.desk, oracle, 10).once()
    assert oracle.asked == [second.title]


async def test_an_opinion_about_other_words_than_there_are_now_is_dropped(world: World) -> None:
    task = await world.task("Draft the notes")

    class Late(Oracle):
        async def opinion(self, matter: Matter) -> dict[str, Any]:
            await world.edit(task, title="Call Alice")
            return await super().opinion(matter)

    await Opinions(world.desk, Late(), 10).once()
    assert (await world.now(task)).proposal is None


async def test_the_budget_of_a_day_holds_over_processes_and_is_new_the_next_day(world: World) -> None:
    for n in range(9):
        await world.task(f"Task {n}")
    one, two = Oracle(), Oracle()
    for opinions in (Opinions(world.desk, one, 3), Opinions(world.desk, two, 3)):
        await opinions.once()
        await opinions.once()
    assert len(one.asked) + len(two.asked) == 3
    world.clock.advance(days=1)
    later = Opinions(world.desk, two, 3)
    await later.once()
    assert len(one.asked) + len(two.asked) == 6


async def test_a_broken_endpoint_is_asked_less_and_less_and_no_text_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(9):
        await world.task(f"SECRETWORD {n}")
    oracle = Oracle(fails=True)
    opinions = Opinions(world.desk, oracle, 100)
    with caplog.at_level(logging.DEBUG):
        for _ in range(10):
            await opinions.once()
            world.clock.advance(seconds=30)
    assert len(oracle.asked) == 3
    assert "ReadTimeout" in caplog.text
    assert "SECRETWORD" not in caplog.text


async def test_a_real_endpoint_proposes_and_is_measured_beside_the_built_in_one(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with standing_in() as server, caplog.at_level(logging.DEBUG):
        server.said = {**SAID, "reasons": [{"signal": "taste", "evidence": "sync test", "points": 1.0}]}
        task = await world.task("Find out why the sync test fails on Windows", description="SECRETWORD")
        opinions = Opinions(world.desk, Endpoint(server.url, "small", "sk-SECRETKEY"), 10)
        assert await opinions.once() == 1
    await world.move(task, Command.ASSIGN, assignee=Owner.CODEX)
    measures = (await world.services.learning.follow()).measures
    assert measures.others == {"model:small": (1, 0, 1)}
    assert "SECRETWORD" not in caplog.text
    assert "SECRETKEY" not in caplog.text


async def test_without_an_assessor_nothing_is_asked(world: World) -> None:
    await world.task()
    assert (await world.services.opinions.once(), world.services.opinions.name) == (0, None)


async def test_a_proposal_of_somebody_else_meanwhile_is_kept(world: World) -> None:
    task = await world.task("Draft the notes")

    class Raced(Oracle):
        async def opinion(self, matter: Matter) -> dict[str, Any]:
            await world.services.triage.propose(PERSON, task.id, {**JUDGED})
            return await super().opinion(matter)

    await Opinions(world.desk, Raced(), 10).once()
    kept = (await world.now(task)).proposal
    assert isinstance(kept, Proposal)
    assert kept.by == "human"
