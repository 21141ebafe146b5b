"""Knowing an id is no right: what a program's key can change, speak for and learn of is its own, over HTTP."""

from __future__ import annotations

import pytest

from tests.api.server import Client, Server

ON_EVERY_STORE = True
REPORT = {"source_id": "inbox", "source_name": "Inbox", "adapter_type": "email", "status": "healthy"}


@pytest.mark.parametrize("path", ["/api/ingest/context", "/api/agent/ingest/context"])
async def test_an_external_id_lets_no_agent_rewrite_or_stop_the_task_of_another(
    server: Server, person: Client, alpha: Client, path: str
) -> None:
    mine = await person.create("Call the bank", assignee="me", external_id="h-1")
    theirs = await person.create("Draft", assignee="codex", external_id="h-2")
    held = await alpha.post("/api/agent/claim")
    before = await person.get("/api/tasks?full=true")
    beta = await server.client_of("agent", "beta", may_assign=True)
    evil = [{"title": "Pay Mallory", "external_id": n, "source_state": "closed"} for n in ("h-1", "h-2")]
    answer = await beta.post(path, {"origin": "email", "on_duplicate": "update", "tasks": evil})
    assert (answer["created"], answer["updated"]) == ([], [])
    assert answer["duplicates"][0] == {"id": mine["id"], "external_id": "h-1"}
    assert await person.get("/api/tasks?full=true") == before
    work = f"/api/agent/tasks/{theirs['id']}"
    assert (await alpha.post(f"{work}/heartbeat", {"claim_token": held["claim_token"]}))[
        "state"
    ] == "continue"


async def test_no_agent_speaks_for_the_source_of_an_adapter(
    person: Client, mail: Client, alpha: Client
) -> None:
    known = await mail.post("/api/agent/sources/report", REPORT)
    item = {"source_item_id": "m-1", "content_fingerprint": "abc"}
    decision = {**item, "source_id": "inbox", "decision": "ignored", "decided_by": "agent"}
    evil = {**REPORT, "status": "reauth_required", "action_url": "https://evil.example/sign-in"}
    for path, body in (
        ("/api/agent/sources/report", evil),
        ("/api/agent/ingestion/decisions", decision),
        ("/api/agent/ingestion/check", {"source_id": "inbox", "items": [item]}),
    ):
        assert (await alpha.post(path, body, expect=403))["code"] == "role_forbidden"
    assert await person.get("/api/sources") == [known]
    check = await mail.post("/api/agent/ingestion/check", {"source_id": "inbox", "items": [item]})
    assert check["items"][0]["should_process"] is True


async def test_a_dependency_teaches_a_key_nothing_of_what_it_may_not_read(
    server: Server, person: Client
) -> None:
    secret = await person.create("Salary of Bob", status="done", labels=["home"])
    beta = await server.client_of("agent", "beta", may_assign=True, labels=["work"])
    told = []
    for task_id in (secret["id"], 999):
        wish = {"title": "x", "assignee": "codex", "labels": ["work"], "depends_on": [task_id]}
        problem = await beta.post("/api/agent/tasks", wish, expect=422)
        told.append(problem["errors"][0]["message"].replace(str(task_id), "N"))
        await beta.post("/api/ingest/context", {"origin": "email", "tasks": [wish]}, expect=422)
    assert told[0] == told[1]
    assert "Salary" not in str(await beta.get("/api/tasks"))
