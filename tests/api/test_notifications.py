"""Messages and the digest over the API."""

from __future__ import annotations

from tests.api.server import Client


async def test_without_addresses_nothing_is_sent(person: Client) -> None:
    await person.create(assignee="me", reminder_at="2026-05-07T08:00:00Z")
    assert await person.get("/api/notifications") == {"targets": [], "last_at": None, "failed": []}
    nothing = {"messages": 0, "notices": 0, "failed": []}
    assert await person.post("/api/notifications/run") == nothing
    assert await person.post("/api/notifications/test", {}) == nothing


async def test_the_digest_tells_what_needs_the_person(person: Client, alpha: Client) -> None:
    await person.create("Call *Alice*", assignee="me", private=True)
    await person.create("Draft", assignee="codex")
    claimed = await alpha.post("/api/agent/claim")
    made = await person.get("/api/digest")
    assert made["headline"] == "1 task needs you"
    assert "Call \\*Alice\\*" in made["markdown"]
    assert "## Agents at work (1)" in made["markdown"]
    assert f"/tasks/{claimed['id']})" in made["markdown"]
    assert made["html"].startswith("<!doctype html>")
