"""The first page: lanes with counts and top tasks, and what it says when there is nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from task_assistant.domain.task import Lane, Owner, QuestionKind, Status, Task
from tests.factories import agent_task, claimed_task, later, question, result, task
from tests.web.doorstep import TYPED, Doorstep


async def page(doorstep: Doorstep, path: str = "/", **headers: str) -> str:
    async with doorstep.client() as browser:
        answer = await browser.get(path, headers=TYPED | headers)
    assert answer.status_code == 200
    return answer.text


def titles(html: str, lane: Lane) -> list[str]:
    """The titles in a lane's section, in their order."""
    section = html.split(f'<section class="lane lane-{lane}"', 1)[1].split("</section>", 1)[0]
    return re.findall(r'<span class="title"[^>]*>(.*?)</span>', section)


ONE_OF_EACH: dict[Lane, Task] = {
    Lane.HUMAN: task("mine", assignee=Owner.ME),
    Lane.AGENT: agent_task("theirs"),
    Lane.REVIEW: agent_task("done by them", status=Status.WAITING_REVIEW, result=result()),
    Lane.BLOCKED: task("stuck", status=Status.BLOCKED, question=question()),
    Lane.TRIAGE: task("new"),
    Lane.WAITING: task("later", deferred_until=later(days=2)),
}


async def test_every_active_task_is_in_its_lane_and_closed_ones_nowhere() -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values(), task("finished", status=Status.DONE))
    html = await page(doorstep)
    for lane, shown in ONE_OF_EACH.items():
        assert titles(html, lane) == [shown.title]
    assert "finished" not in html
    assert "<h1>3 tasks need you</h1>" in html


async def test_a_lane_shows_its_top_tasks_and_says_how_many_more_there_are() -> None:
    doorstep = Doorstep()
    await doorstep.put(*(task(f"task {n}", assignee=Owner.ME, priority=1 + n % 5) for n in range(20)))
    html = await page(doorstep)
    shown = titles(html, Lane.HUMAN)
    assert 0 < len(shown) < 20
    assert shown[0] == "task 0"
    assert f'<a href="/tasks?lane=human">{20 - len(shown)} more</a>' in html


@pytest.mark.parametrize("lane", Lane)
async def test_every_count_leads_to_what_it_counts(lane: Lane) -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values())
    assert f'href="/tasks?lane={lane}"' in await page(doorstep)
    html = await page(doorstep, f"/tasks?lane={lane}")
    assert re.findall(r'<span class="title"[^>]*>(.*?)</span>', html) == [ONE_OF_EACH[lane].title]
    assert "<p>1 task</p>" in html


async def test_what_is_overdue_can_be_looked_at() -> None:
    doorstep = Doorstep()
    await doorstep.put(task("late", due=later(hours=-2)), task("early", due=later(days=2)))
    assert '<a class="late" href="/tasks?due=overdue">1 overdue</a>' in await page(doorstep)
    html = await page(doorstep, "/tasks?due=overdue")
    assert "late" in html
    assert "early" not in html


@pytest.mark.parametrize("query", ["", "?lane=", "?lane=nonsense", "?due=soon", "?lane=human&due=overdue"])
async def test_a_list_of_nothing_we_know_is_404(query: str) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.get(f"/tasks{query}", headers=TYPED | {"accept": "text/html"})
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


async def test_what_waits_for_a_date_outside_does_not_need_the_person_until_then() -> None:
    doorstep = Doorstep()
    until = question("The bank opens.", kind=QuestionKind.EXTERNAL, until=later(days=1))
    await doorstep.put(task("stuck outside", status=Status.BLOCKED, question=until))
    html = await page(doorstep)
    assert "<h1>Nothing needs you</h1>" in html
    assert "1 waiting for something outside, until a date" in html
    assert titles(html, Lane.BLOCKED) == []
    doorstep.clock.advance(days=1)
    html = await page(doorstep)
    assert "<h1>1 task needs you</h1>" in html
    assert titles(html, Lane.BLOCKED) == ["stuck outside"]


async def test_who_is_working_is_said() -> None:
    doorstep = Doorstep()
    await doorstep.put(claimed_task("alpha"), agent_task("free"))
    html = await page(doorstep)
    assert "alpha is working on it" in html
    assert "1 being worked on, 1 ready for agents" in " ".join(html.split())


async def test_an_empty_board_says_what_will_appear_and_offers_one_act() -> None:
    html = await page(Doorstep())
    assert "Tasks will appear here by who takes the next step" in html
    assert html.count("<pre>") == 1
    assert "No key is set" not in html


@pytest.mark.parametrize("tasks", [(), (task(),)])
async def test_without_a_key_it_says_where_to_set_one(tasks: tuple[Task, ...]) -> None:
    doorstep = Doorstep(key=None)
    await doorstep.put(*tasks)
    html = await page(doorstep)
    assert "No key is set yet" in html
    assert "TASK_TRACKER_API_KEY" in html
    assert ".env" in html
    assert "curl" not in html, "it would not work without a key"


async def test_the_sign_in_page_says_where_the_key_is() -> None:
    async with Doorstep(key=None, auto=False).client() as browser:
        answer = await browser.get("/", headers=TYPED)
    assert "No owner key is set yet" in answer.text


@pytest.mark.parametrize(
    ("cookie", "words"),
    [
        ("pta_zone=Pacific%2FAuckland", "tomorrow"),
        ("pta_zone=Europe/Zurich", "today 18:00"),
        ("pta_zone=../../etc/passwd", "today 16:00"),
        ("pta_zone=Nowhere/AtAll", "today 16:00"),
        ("pta_zone=%00", "today 16:00"),
        (f"pta_zone={'x' * 500}", "today 16:00"),
        ("", "today 16:00"),
    ],
)
async def test_times_are_said_in_the_zone_of_the_browser(cookie: str, words: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(task(due=later(hours=7)))
    assert f">{words}</time>" in await page(doorstep, cookie=cookie)


class _Wellformed(HTMLParser):
    """Fails on a tag that is closed without being open, and collects ids and what refers to them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"] or "")
        self.named += (given.get("aria-labelledby") or given.get("for") or "").split()
        if tag not in {"meta", "link", "img", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "path", ["/", "/tasks?lane=human", "/sign-in", "/sign-in/token", "/docs", "/nowhere"]
)
async def test_pages_are_wellformed_and_their_references_hold(path: str) -> None:
    doorstep = Doorstep()
    await doorstep.put(*ONE_OF_EACH.values())
    async with doorstep.client() as browser:
        html = (await browser.get(path, headers=TYPED | {"accept": "text/html"})).text
    reader = _Wellformed()
    reader.feed(html)
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.named) <= set(reader.ids)


async def reads(doorstep: Doorstep, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the page asks the store for tasks."""
    asked: list[Any] = []
    find = doorstep.store.find

    async def counted(query: Any) -> list[Task]:
        asked.append(query)
        return await find(query)

    with monkeypatch.context() as patched:
        patched.setattr(doorstep.store, "find", counted)
        await browser.get("/", headers=TYPED)
    return len(asked)


async def test_ten_rows_and_twenty_rows_cost_the_same_number_of_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doorstep = Doorstep()
    async with doorstep.client() as browser:
        await doorstep.put(*ONE_OF_EACH.values())
        few = await reads(doorstep, browser, monkeypatch)
        await doorstep.put(*(shown.having(title=f"{n}") for n in range(20) for shown in ONE_OF_EACH.values()))
        assert await reads(doorstep, browser, monkeypatch) == few <= len(Lane)
