"""ETags: a write that is meant for one version, and a poll that costs next to nothing while nothing changes."""

from __future__ import annotations

import pytest

from tests.api.server import Client, Server

ON_EVERY_STORE = True

HOT = ["/api/agent/queue?limit=25", "/api/agent/queue/summary", "/api/tasks?limit=50", "/api/tasks?q=numbers"]


async def test_a_task_carries_its_version_as_etag(person: Client) -> None:
    task = await person.create()
    response = await person.ask("GET", f"/api/tasks/{task['id']}", expect=200)
    assert response.headers["etag"] == '"1"'


async def test_the_read_of_a_task_is_never_304(person: Client) -> None:
    task = await person.create()
    for tag in ('"1"', "*", 'W/"1"'):
        await person.ask("GET", f"/api/tasks/{task['id']}", headers={"If-None-Match": tag}, expect=200)


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "1", "*", '"7", "1"'])
async def test_if_match_is_understood_in_all_its_forms(person: Client, tag: str) -> None:
    task = await person.create()
    changed = await person.patch(task["id"], {"priority": 1}, headers={"If-Match": tag})
    assert changed["version"] == 2


@pytest.mark.parametrize("tag", ['"2"', 'W/"9"', "2", '"abc"', "abc", '""', "9" * 50])
async def test_a_version_that_is_not_the_current_one_is_412(person: Client, tag: str) -> None:
    task = await person.create()
    for method, path, body in (
        ("PATCH", "", {"priority": 1}),
        ("POST", "/done", None),
        ("POST", "/assign", {"assignee": "me"}),
        ("DELETE", "", None),
    ):
        response = await person.ask(
            method, f"/api/tasks/{task['id']}{path}", body, headers={"If-Match": tag}, expect=412
        )
        assert (response.json()["code"], response.json()["current"]) == ("version_mismatch", 1)
    assert await person.get(f"/api/tasks/{task['id']}") == task


async def test_without_if_match_the_last_write_wins_field_by_field(person: Client) -> None:
    task = await person.create()
    await person.patch(task["id"], {"priority": 1})
    changed = await person.patch(task["id"], {"title": "Other"})
    assert (changed["priority"], changed["title"]) == (1, "Other")


@pytest.mark.parametrize("path", HOT)
async def test_an_unchanged_poll_is_304(person: Client, path: str) -> None:
    await person.create()
    first = await person.ask("GET", path, expect=200)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await person.ask("GET", path, headers={"If-None-Match": known}, expect=304)
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["vary"] == first.headers["vary"] == "Authorization, Cookie"


@pytest.mark.parametrize("path", HOT)
async def test_a_change_is_seen_at_once(person: Client, path: str) -> None:
    before = await person.ask("GET", path, expect=200)
    await person.create()
    after = await person.ask("GET", path, headers={"If-None-Match": before.headers["etag"]}, expect=200)
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content


@pytest.mark.parametrize("path", HOT)
async def test_the_same_bytes_come_from_the_cache_and_from_the_board(
    server: Server, person: Client, path: str
) -> None:
    await person.create()
    fresh = await person.ask("GET", path, expect=200)
    cached = await person.ask("GET", path, expect=200)
    assert cached.content == fresh.content
    assert {n: v for n, v in cached.headers.items() if n != "x-request-id"} == {
        n: v for n, v in fresh.headers.items() if n != "x-request-id"
    }


@pytest.mark.parametrize("hours", [48, 72], ids=["the 24 hours before a due time begin", "a due time passes"])
async def test_the_passing_of_a_due_time_changes_the_answer(
    server: Server, person: Client, hours: int
) -> None:
    await person.create(due_at="2026-05-10T09:00:00Z")
    before = await person.ask("GET", HOT[0], expect=200)
    server.clock.advance(hours=hours, seconds=-1)
    known = {"If-None-Match": before.headers["etag"]}
    if hours == 48:
        await person.ask("GET", HOT[0], headers=known, expect=304)
    server.clock.advance(seconds=1)
    after = await person.ask("GET", HOT[0], headers=known, expect=200)
    assert after.json()["summary"] != before.json()["summary"]


async def test_the_end_of_a_deferral_changes_the_answer(server: Server, person: Client) -> None:
    task = await person.create(assignee="me")
    await person.post(f"/api/tasks/{task['id']}/defer", {"until": "2026-05-07T12:00:00Z"})
    before = await person.ask("GET", "/api/tasks?lane=human", expect=200)
    server.clock.advance(hours=3)
    known = {"If-None-Match": before.headers["etag"]}
    after = await person.ask("GET", "/api/tasks?lane=human", headers=known, expect=200)
    assert (before.json(), len(after.json())) == ([], 1)


async def test_a_heartbeat_moves_the_lease_but_not_the_etag(
    server: Server, person: Client, alpha: Client
) -> None:
    task = await person.create(assignee="codex")
    token = (await alpha.post("/api/agent/claim"))["claim_token"]
    before = await person.ask("GET", HOT[2], expect=200)
    server.clock.advance(minutes=5)
    await alpha.post(f"/api/agent/tasks/{task['id']}/heartbeat", {"claim_token": token})
    await person.ask("GET", HOT[2], headers={"If-None-Match": before.headers["etag"]}, expect=304)
    after = await person.ask("GET", HOT[2], expect=200)
    assert after.headers["etag"] == before.headers["etag"]
    assert after.json()[0]["claim"]["expires_at"] == "2026-05-07T09:35:00Z"


async def test_the_end_of_a_lease_changes_the_answer(server: Server, person: Client, alpha: Client) -> None:
    await person.create(assignee="codex")
    await alpha.post("/api/agent/claim", {"lease_seconds": 60})
    before = await person.ask("GET", HOT[1], expect=200)
    server.clock.advance(seconds=60)
    after = await person.ask("GET", HOT[1], headers={"If-None-Match": before.headers["etag"]}, expect=200)
    assert (before.json()["working"], after.json()["working"]) == (1, 0)
    assert (before.json()["codex_ready"], after.json()["codex_ready"]) == (0, 1)


async def test_no_caller_ever_gets_anothers_answer(server: Server, person: Client, alpha: Client) -> None:
    await person.create("For the person alone", private=True)
    await person.create("For agents", assignee="codex")
    for _ in range(2):
        assert len(await person.get("/api/tasks")) == 2
        assert [task["title"] for task in await alpha.get("/api/tasks")] == ["For agents"]
    tags = {(await client.ask("GET", "/api/tasks")).headers["etag"] for client in (person, alpha)}
    assert len(tags) == 2


async def test_a_revoked_key_gets_nothing_from_the_cache(server: Server, person: Client) -> None:
    made = await person.post("/api/keys", {"role": "reader", "name": "wall"}, expect=201)
    wall = server.client(made["key"])
    tag = (await wall.ask("GET", "/api/tasks", expect=200)).headers["etag"]
    await person.ask("DELETE", f"/api/keys/{made['id']}", expect=204)
    await wall.ask("GET", "/api/tasks", expect=401)
    await wall.ask("GET", "/api/tasks", headers={"If-None-Match": tag}, expect=401)
