"""The first day: a checklist that ticks itself off, sample tasks in one click and away again."""

from __future__ import annotations

import pytest

from task_assistant.domain.roles import Role
from task_assistant.domain.task import Lane
from tests.factories import task
from tests.web.doorstep import TYPED, Doorstep
from tests.web.test_actions import Visitor
from tests.web.test_live import PERSON
from tests.web.test_needs_you import titles


async def page(visitor: Visitor) -> str:
    return (await visitor.browser.get("/", headers=TYPED)).text


async def test_the_steps_tick_themselves_off_and_go() -> None:
    doorstep = Doorstep()
    async with Visitor(doorstep) as visitor:
        assert (await page(visitor)).count('aria-label="To do:"') == 4
        await doorstep.put(task("captured"))
        assert (await page(visitor)).count('aria-label="To do:"') == 3
        await visitor.do("tasks/1/assign", assignee="me")
        assert (await page(visitor)).count('aria-label="To do:"') == 2
        _, secret = await doorstep.services.keys.create(PERSON, Role.AGENT, "alpha")
        assert (await page(visitor)).count('aria-label="To do:"') == 2, "a key alone is no agent"
        assert await doorstep.services.keys.authenticate(secret) is not None
        assert "First steps" not in await page(visitor), "sample tasks may be left out"


async def test_hidden_it_stays_hidden() -> None:
    doorstep = Doorstep()
    async with Visitor(doorstep) as visitor:
        await visitor.do("first-steps/dismiss")
        assert "First steps" not in await page(visitor)
    again = Doorstep()
    again.store.board.documents.update(doorstep.store.board.documents)
    async with Visitor(again) as visitor:
        assert "First steps" not in await page(visitor)


async def test_sample_tasks_come_with_one_click_and_go_with_one_click() -> None:
    doorstep = Doorstep()
    async with Visitor(doorstep) as visitor:
        loaded = (await visitor.do("sample-tasks")).json()
        assert loaded["toast"] == "14 sample tasks to look around in"
        tally = await doorstep.services.queue.tally(PERSON)
        assert set(tally.lanes) == set(Lane)
        assert min(tally.lanes.values()) > 0
        assert tally.working == 1
        assert (await visitor.do("sample-tasks")).json()["toast"] == "The sample tasks were loaded before"
        removed = (await visitor.do("sample-tasks/remove")).json()
        assert removed["toast"] == "14 sample tasks deleted"
        assert titles(await page(visitor)) == []
        assert (await visitor.do("undo", events=removed["undo"])).json()["toast"] == "14 undone"
        assert "Draft the release notes for 1.0" in titles(await page(visitor))


@pytest.mark.parametrize("path", ["sample-tasks", "sample-tasks/remove", "first-steps/dismiss"])
async def test_each_wants_the_token(path: str) -> None:
    async with Visitor(Doorstep()) as visitor:
        visitor.token = "wrong"
        assert (await visitor.do(path)).status_code == 403
