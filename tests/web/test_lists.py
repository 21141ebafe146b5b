"""Board, lists and search: narrowing, sorting, paging, bounded reads, and hostile text shown as text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Status
from task_assistant.ports.queries import Query
from task_assistant.web.filters import Filters
from tests.factories import agent_task, task
from tests.web.doorstep import FOLLOWED, Doorstep

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "javascript:alert(1)")


async def page(door: Doorstep, path: str) -> str:
    async with await door.signed_in() as browser:
        answer = await browser.get(path, headers=FOLLOWED)
        assert answer.status_code == 200, answer.text
        return answer.text


def titles(html: str) -> list[str]:
    return re.findall(r'class="title"[^>]*>([^<]*)</a>', html)


async def test_a_lane_lists_its_tasks_only() -> None:
    door = Doorstep()
    await door.put(task("Mine", assignee=Owner.ME), agent_task("Theirs"), task("Nobody's"))
    assert titles(await page(door, "/tasks?lane=agent")) == ["Theirs"]


async def test_an_agents_row_says_whether_an_agent_is_on_it() -> None:
    door = Doorstep()
    await door.put(agent_task("Theirs"))
    assert "ready" in await page(door, "/tasks?lane=agent")


@pytest.mark.parametrize(
    ("narrowed", "shown"),
    [
        ("assignee=me", ["Second", "First"]),
        ("priority=1", ["Second"]),
        ("label=%23work", ["First"]),
        ("origin=email", ["Second"]),
        ("status=blocked", ["Stuck"]),
        ("priority=9&lane=nowhere", ["Second", "First", "Stuck"]),
    ],
)
async def test_filters_narrow_and_what_they_do_not_know_narrows_nothing(
    narrowed: str, shown: list[str]
) -> None:
    door = Doorstep()
    await door.put(
        task("First", assignee=Owner.ME, labels=("work",)),
        task("Second", assignee=Owner.ME, priority=1, origin="email"),
        task("Stuck", status=Status.BLOCKED),
    )
    assert titles(await page(door, f"/tasks?{narrowed}")) == shown


async def test_pages_walk_the_whole_list_once() -> None:
    door = Doorstep()
    await door.put(*(task(f"Task {n:03}") for n in range(120)))
    path, seen = "/tasks?sort=created", []
    while path:
        html = await page(door, path)
        seen += titles(html)
        following = re.search(r'href="([^"]*)" rel="next"', html)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 120
    assert seen == sorted(seen, reverse=True)


async def test_the_board_has_a_column_for_each_status_and_more_on_request() -> None:
    door = Doorstep()
    await door.put(*(task(f"Task {n:03}") for n in range(30)), task("Over", status=Status.DONE))
    html = await page(door, "/board")
    assert re.findall(r'data-column="(\w+)"', html) == [status.value for status in Status]
    assert len(titles(html)) == 20 + 1
    assert len(titles(await page(door, "/board?backlog=40"))) == 30 + 1


@pytest.mark.parametrize("path", ["/board", "/tasks", "/search?q=task"])
async def test_a_page_asks_the_store_as_often_for_many_tasks_as_for_few(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for count in (10, 400):
        door = Doorstep()
        await door.put(*(task(f"Task {n}") for n in range(count)))
        find = door.store.find
        calls: list[int] = []

        async def counted(query: Query, find: Any = find, calls: list[int] = calls) -> Any:
            calls.append(query.limit)
            return await find(query)

        monkeypatch.setattr(door.store, "find", counted)
        assert len(titles(await page(door, path))) <= 60
        asked.append((len(calls), max(calls)))
    assert asked[0] == asked[1]
    assert asked[0][1] <= 101


async def test_search_says_how_far_it_has_looked_where_that_is_not_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = Doorstep()
    await door.put(task("Draft the notes"))
    assert "looked through" not in (await page(door, "/search?q=draft")).lower()
    monkeypatch.setattr(type(door.store), "search_depth", 2_000)
    assert "the newest 2,000 tasks" in await page(door, "/search?q=draft")
    assert "the newest 2,000 tasks" not in await page(door, "/search")


async def test_search_marks_what_it_found_and_finds_a_number() -> None:
    door = Doorstep()
    there = await door.put(task("Draft the notes"), task("Other", description="a draft of it"))
    html = await page(door, "/search?q=draft")
    assert "<mark>Draft</mark> the notes" in html
    assert "a <mark>draft</mark> of it" in html
    assert f'id="task-{there[0].id}"' in await page(door, f"/search?q=%23{there[0].id}")
    assert "Nothing has all of these words" in await page(door, "/search?q=nowhere")


async def test_closed_tasks_are_found_when_asked_for() -> None:
    door = Doorstep()
    await door.put(task("Draft", status=Status.DONE))
    assert "task-" not in await page(door, "/search?q=draft")
    assert "<mark>Draft</mark>" in await page(door, "/search?q=draft&closed=on")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text(text: str) -> None:
    door = Doorstep()
    await door.put(
        task(
            text,
            description=text,
            labels=(text[:40],),
            source_name=text,
            source_url=text,
            status=Status.BLOCKED,
        )
    )
    for path in (
        "/board",
        "/tasks",
        f"/tasks?label={text}&origin={text}",
        "/search?q=alert",
        f"/search?q={text}",
    ):
        html = await page(door, path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript:' not in html


def test_a_view_is_its_address() -> None:
    given = {
        "lane": "agent",
        "assignee": "codex",
        "priority": "2",
        "due": "overdue",
        "sort": "due",
        "label": "x",
    }
    filters = Filters.read(given)
    assert filters == Filters(
        lane=Lane.AGENT, assignee=Owner.CODEX, priority=2, due=DueBand.OVERDUE, label="x", sort=filters.sort
    )
    assert dict(filters.pairs()) == given
    assert [chip.words for chip in filters.chips("/tasks", kept=frozenset({"lane"}))] == [
        "owner: agents", "#x", "P2", "overdue",
    ]  # fmt: skip


async def test_a_narrowed_view_is_kept_under_a_name_in_the_navigation() -> None:
    door = Doorstep()
    async with await door.signed_in() as browser:
        html = (await browser.get("/board?priority=1", headers=FOLLOWED)).text
        token = re.search(r'name="csrf-token" content="([^"]*)"', html)
        assert token is not None
        kept = {"csrf_token": token[1], "name": "Urgent <b>", "url": "/board?priority=1"}
        answer = await browser.post("/do/views", data=kept, headers={"origin": "http://localhost:8000"})
        assert answer.status_code == 303
        shown = (await browser.get("/", headers=FOLLOWED)).text
    assert 'href="/board?priority=1"' in shown
    assert "Urgent &lt;b&gt;" in shown
    assert "Urgent <b>" not in shown
