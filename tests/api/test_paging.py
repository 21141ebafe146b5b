"""Lists page with a cursor that stays put while the list moves on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api.server import Client, Server

ON_EVERY_STORE = True


def following(response: Any) -> str | None:
    """The address of the next page."""
    link = response.headers.get("link")
    if link is None:
        return None
    match = re.fullmatch(r'<(/[^>]*)>; rel="next"', link)
    assert match is not None, link
    return match[1]


async def walk(client: Client, path: str) -> list[list[Any]]:
    """The ids of all pages."""
    pages, address = [], path
    while address:
        response = await client.ask("GET", address, expect=200)
        data = response.json()
        pages.append([row["id"] for row in (data["tasks"] if isinstance(data, dict) else data)])
        address = following(response) or ""
    return pages


@pytest.mark.parametrize("sort", ["smart", "due", "created", "updated", "priority", "owner"])
@pytest.mark.parametrize("path", ["/api/tasks", "/api/agent/queue"])
async def test_the_pages_together_are_the_list(person: Client, path: str, sort: str) -> None:
    for n in range(7):
        await person.create(f"Task {n}", priority=n % 5 + 1, assignee=("me", "codex", "unassigned")[n % 3])
    [whole] = await walk(person, f"{path}?sort={sort}&limit=100")
    pages = await walk(person, f"{path}?sort={sort}&limit=3")
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [n for page in pages for n in page] == whole


async def test_positions_go_on_over_the_pages_of_the_queue(person: Client) -> None:
    for n in range(5):
        await person.create(f"Task {n}")
    first = await person.ask("GET", "/api/agent/queue?limit=3", expect=200)
    second = await person.get(following(first) or "")
    positions = [task["rank"]["position"] for task in first.json()["tasks"] + second["tasks"]]
    assert positions == [1, 2, 3, 4, 5]


async def test_the_link_keeps_the_rest_of_the_query(person: Client) -> None:
    for n in range(3):
        await person.create(f"Zahlen für Alice {n}", assignee="me", labels=["a b&c"])
    address = "/api/tasks?lane=human&lane=agent&label=a%20b%26c&q=f%C3%BCr&limit=2&full=true"
    pages = await walk(person, address)
    assert [len(page) for page in pages] == [2, 1]
    link = following(await person.ask("GET", address)) or ""
    assert all(
        part in link
        for part in ("lane=human&lane=agent", "label=a+b%26c", "q=f%C3%BCr", "limit=2", "full=true")
    )


async def test_a_list_that_changes_between_pages_repeats_and_misses_no_unchanged_row(
    server: Server, person: Client
) -> None:
    tasks = [await person.create(f"Task {n}", due_at="2026-05-08T10:00:00Z") for n in range(6)]
    first = await person.ask("GET", "/api/tasks?limit=3", expect=200)
    server.clock.advance(hours=2)  # all tasks are due within 24 hours now
    await person.create("New on top", priority=1)
    await person.patch(tasks[4]["id"], {"priority": 1})
    second = await person.get(following(first) or "")
    seen = [row["id"] for row in first.json() + second]
    unchanged = {task["id"] for task in tasks} - {tasks[4]["id"]}
    assert unchanged <= set(seen)
    assert len([n for n in seen if n in unchanged]) == len(unchanged)


@pytest.mark.parametrize("change", ["sort=due", "lane=human", "q=x", "include_done=true"])
async def test_a_cursor_belongs_to_its_query(person: Client, change: str) -> None:
    for n in range(3):
        await person.create(f"Task {n}")
    link = following(await person.ask("GET", "/api/tasks?limit=2")) or ""
    told = await person.get(f"{link}&{change}", expect=422)
    assert "another query" in told["errors"][0]["message"]


async def test_another_limit_may_go_on_from_a_cursor(person: Client) -> None:
    for n in range(5):
        await person.create(f"Task {n}")
    link = following(await person.ask("GET", "/api/tasks?limit=2")) or ""
    assert len(await person.get(link.replace("limit=2", "limit=500"))) == 3


async def test_a_cursor_of_the_day_before_yesterday_is_too_old(server: Server, person: Client) -> None:
    for n in range(3):
        await person.create(f"Task {n}")
    link = following(await person.ask("GET", "/api/tasks?limit=2")) or ""
    server.clock.advance(hours=25)
    told = await person.get(link, expect=422)
    assert "too old" in told["errors"][0]["message"]


@pytest.mark.parametrize("cursor", ["x", "eyJ9", "WzFd", "W251bGwsMSwwLDFd", "____", "é", "a" * 999])
async def test_a_cursor_of_nobody_is_422(person: Client, cursor: str) -> None:
    told = await person.get(f"/api/tasks?cursor={cursor}", expect=422)
    assert told["errors"][0]["field"] == "cursor"


async def test_offsets_work_too(person: Client) -> None:
    for n in range(5):
        await person.create(f"Task {n}")
    [whole] = await walk(person, "/api/tasks?sort=created")
    pages = await walk(person, "/api/tasks?sort=created&limit=2&offset=1")
    assert [n for page in pages for n in page] == whole[1:]
    assert await person.get(f"/api/tasks?offset={2**53 - 1}") == []


async def test_histories_and_comments_page_as_well(person: Client) -> None:
    task = await person.create()
    for n in range(5):
        await person.post(f"/api/tasks/{task['id']}/comments", {"text": f"Comment {n}"}, expect=201)
    comments = await walk(person, f"/api/tasks/{task['id']}/comments?limit=2")
    assert comments == [[5, 4], [3, 2], [1]]
    history = await walk(person, f"/api/tasks/{task['id']}/events?limit=4")
    assert [len(page) for page in history] == [4, 2]


async def test_long_texts_are_cut_in_lists_and_named(person: Client) -> None:
    task = await person.create(description="d" * 281, source_context="c" * 280)
    [row] = await person.get("/api/tasks")
    assert (len(row["description"]), len(row["source_context"])) == (280, 280)
    assert row["truncated"] == ["description"]
    [row] = await person.get("/api/tasks?full=true")
    assert (len(row["description"]), row["truncated"]) == (281, [])
    assert len((await person.get("/api/agent/queue"))["tasks"][0]["description"]) == 280
    assert len((await person.get(f"/api/tasks/{task['id']}"))["description"]) == 281
