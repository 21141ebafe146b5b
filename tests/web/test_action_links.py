"""The page of a one-use link: its GET changes nothing, its POST does one thing once, for whoever has the link."""

from __future__ import annotations

import pytest

from task_assistant.domain.action_links import Offer
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Owner, Status, Task
from tests.factories import owner
from tests.web.doorstep import FROM_ELSEWHERE, HERE, Doorstep

FORM = {"origin": HERE}


@pytest.fixture
def doorstep() -> Doorstep:
    return Doorstep(auto=False)


async def captured(doorstep: Doorstep) -> Task:
    return await doorstep.services.capture.create(
        owner(), {"title": "Call <b>Alice</b>", "assignee": Owner.ME}
    )


async def link(doorstep: Doorstep, task: Task, *offers: Offer) -> str:
    minted = await doorstep.services.action_links.mint(owner(), task.id, offers or None)
    return f"/a/{minted.links[0][1]}"


async def status(doorstep: Doorstep, task: Task) -> Status:
    found = await doorstep.store.get(task.id)
    assert found is not None
    return found.status


async def test_looking_changes_nothing_however_often_and_by_whom(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    path, before = await link(doorstep, task), await doorstep.store.stamp()
    async with doorstep.client() as browser:
        for method in ("GET", "GET", "HEAD"):
            answer = await browser.request(method, path, headers=FROM_ELSEWHERE)
            assert answer.status_code == 200
        answer = await browser.get(path)
    assert await doorstep.store.stamp() == before
    assert "Call &lt;b&gt;Alice&lt;/b&gt;" in answer.text
    assert "<button" in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_the_button_does_it_once(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    path = await link(doorstep, task)
    async with doorstep.client() as browser:
        done = await browser.post(path, data={"text": ""}, headers=FORM)
        again = await browser.post(path, data={"text": ""}, headers=FORM)
        seen = await browser.get(path)
    assert (done.status_code, again.status_code, seen.status_code) == (200, 410, 410)
    assert await status(doorstep, task) is Status.DONE
    [*_, event] = await doorstep.store.task_events(task.id, 0, 10)
    assert (event.actor, event.via) == ("human", "browser")
    assert "set-cookie" not in done.headers


async def test_a_form_of_another_site_does_nothing(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    path = await link(doorstep, task)
    async with doorstep.client() as browser:
        for headers in ({"origin": "https://evil.example"}, {}):
            assert (await browser.post(path, data={"text": ""}, headers=headers)).status_code == 403
    assert await status(doorstep, task) is Status.BACKLOG


async def test_words_are_asked_for_where_the_link_leaves_them_open(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    asked = await doorstep.services.tasks.move(
        owner(), task.id, Command.BLOCK, {"text": "Which <version>?", "kind": "decision"}
    )
    path = await link(doorstep, asked)
    async with doorstep.client() as browser:
        page = await browser.get(path)
        assert "<textarea" in page.text
        assert "Which &lt;version&gt;?" in page.text
        assert (await browser.post(path, data={"text": " "}, headers=FORM)).status_code == 422
        assert (await browser.post(path, data={"text": "1.0"}, headers=FORM)).status_code == 200
    found = await doorstep.store.get(task.id)
    assert found is not None
    assert found.question is not None
    assert found.question.answer == "1.0"


async def test_a_link_of_a_task_that_moved_on_says_so_and_leads_there(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    path = await link(doorstep, task)
    await doorstep.services.tasks.move(owner(), task.id, Command.ASSIGN, {"assignee": Owner.CODEX})
    async with doorstep.client() as browser:
        seen = await browser.get(path)
        used = await browser.post(path, data={"text": ""}, headers=FORM)
    assert (seen.status_code, used.status_code) == (409, 409)
    assert f"/tasks/{task.id}" in seen.text
    assert await status(doorstep, task) is Status.BACKLOG


async def test_a_made_up_link_is_refused_plainly(doorstep: Doorstep) -> None:
    async with doorstep.client() as browser:
        answer = await browser.get("/a/made-up")
    assert answer.status_code == 410
    assert "used already" in answer.text


async def test_a_link_of_a_task_made_private_since_tells_nothing_of_it(doorstep: Doorstep) -> None:
    task = await captured(doorstep)
    path = await link(doorstep, task)
    await doorstep.services.tasks.edit(owner(), task.id, {"private": True})
    async with doorstep.client() as browser:
        seen = await browser.get(path)
    assert seen.status_code == 409
    assert "Alice" not in seen.text
    assert "has moved on" in seen.text
