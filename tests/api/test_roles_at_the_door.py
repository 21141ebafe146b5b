"""Which role may call what is judged before anything else of the request: existence, body and state teach nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.openapi_snapshot import made
from tests.api.server import Client, Server

ROLES = ("owner", "agent", "adapter", "reader")
OPERATIONS = [
    (method.upper(), path, operation["x-roles"])
    for path, methods in made()["paths"].items()
    for method, operation in methods.items()
    if path.startswith("/api")
]
# The whole matrix, so that a change of a single cell is seen in review.
EVERYONE = set(ROLES)
WRITERS = {"owner", "agent", "adapter"}
WORKERS = {"owner", "agent"}
MATRIX: dict[str, set[str]] = {
    "GET /api/agent/claims": WORKERS,
    "GET /api/agent/queue": EVERYONE,
    "GET /api/agent/queue/summary": EVERYONE,
    "GET /api/agent/triage": WORKERS | {"reader"},
    "GET /api/digest": {"owner"},
    "GET /api/calendar": {"owner"},
    "GET /api/events": EVERYONE,
    "GET /api/export": {"owner"},
    "GET /api/events/stream": EVERYONE,
    "GET /api/insights": {"owner", "reader"},
    "GET /api/keys": {"owner"},
    "GET /api/me": EVERYONE,
    "GET /api/notifications": {"owner"},
    "GET /api/reminders/due": EVERYONE,
    "GET /api/sources": EVERYONE,
    "GET /api/tasks": EVERYONE,
    "GET /api/tasks/{task_id}": EVERYONE,
    "GET /api/tasks/{task_id}/artifacts/{n}": EVERYONE,
    "GET /api/tasks/{task_id}/comments": EVERYONE,
    "GET /api/tasks/{task_id}/events": EVERYONE,
    "GET /api/webhooks": {"owner"},
    "GET /api/webhooks/{webhook_id}/dead": {"owner"},
    "POST /api/actions": {"owner", "adapter"},
    "POST /api/agent/claim": WORKERS,
    "POST /api/agent/ingest/context": WRITERS,
    "POST /api/agent/ingestion/check": WRITERS,
    "POST /api/agent/ingestion/decisions": WRITERS,
    "POST /api/agent/sources/report": WRITERS,
    "POST /api/agent/tasks": WRITERS,
    "POST /api/agent/tasks/{task_id}/ask": WORKERS,
    "POST /api/agent/tasks/{task_id}/heartbeat": WORKERS,
    "POST /api/agent/tasks/{task_id}/progress": WORKERS,
    "POST /api/agent/tasks/{task_id}/release": WORKERS,
    "POST /api/agent/tasks/{task_id}/submit": WORKERS,
    "POST /api/agent/triage/{task_id}": WORKERS,
    "POST /api/agents/pause": {"owner"},
    "POST /api/agents/resume": {"owner"},
    "POST /api/calendar": {"owner"},
    "POST /api/events/{event_id}/undo": {"owner"},
    "POST /api/import": {"owner"},
    "POST /api/ingest/context": WRITERS,
    "POST /api/keys": {"owner"},
    "POST /api/notifications/run": {"owner"},
    "POST /api/notifications/test": {"owner"},
    "POST /api/reminders/{task_id}/sent": {"owner", "adapter"},
    "POST /api/tasks": WRITERS,
    "POST /api/tasks/bulk": {"owner"},
    "POST /api/tasks/{task_id}/accept-assessment": {"owner"},
    "POST /api/tasks/{task_id}/actions": {"owner", "adapter"},
    "POST /api/tasks/{task_id}/answer": {"owner"},
    "POST /api/tasks/{task_id}/approve": {"owner"},
    "POST /api/tasks/{task_id}/assign": {"owner"},
    "POST /api/tasks/{task_id}/block": {"owner"},
    "POST /api/tasks/{task_id}/cancel": {"owner"},
    "POST /api/tasks/{task_id}/comments": WRITERS,
    "POST /api/tasks/{task_id}/defer": {"owner"},
    "POST /api/tasks/{task_id}/done": {"owner"},
    "POST /api/tasks/{task_id}/reopen": {"owner"},
    "POST /api/tasks/{task_id}/send-back": {"owner"},
    "POST /api/webhooks": {"owner"},
    "POST /api/webhooks/{webhook_id}/disable": {"owner"},
    "POST /api/webhooks/{webhook_id}/enable": {"owner"},
    "POST /api/webhooks/{webhook_id}/replay": {"owner"},
    "PATCH /api/tasks/{task_id}": WORKERS,
    "DELETE /api/calendar": {"owner"},
    "DELETE /api/keys/{key_id}": {"owner"},
    "DELETE /api/tasks/{task_id}": {"owner"},
    "DELETE /api/webhooks/{webhook_id}": {"owner"},
}


def test_the_matrix_is_the_documents() -> None:
    assert {f"{method} {path}": set(roles) for method, path, roles in OPERATIONS} == MATRIX


@pytest.mark.parametrize("role", ROLES)
async def test_the_wrong_role_is_403_whatever_else_is_wrong(server: Server, role: str) -> None:
    client = await server.client_of(role, f"a {role}", may_triage=role == "agent")
    for method, path, roles in OPERATIONS:
        if path == "/api/events/stream":
            continue  # its right callers stay
        concrete = path.format(task_id=2**60, n=0, event_id="nothing", key_id="nothing", webhook_id="nothing")
        options: dict[str, Any] = {"headers": {"content-type": "text/plain"}} if method != "GET" else {}
        response = await client.ask(
            method, concrete + "?nonsense=1", content=b"{" if options else None, **options
        )
        if role in roles:
            assert response.status_code in (400, 404, 415, 422), (method, path)
        else:
            assert (response.status_code, response.json()["code"]) == (403, "role_forbidden"), (method, path)
            assert response.json()["role"] == role


@pytest.mark.parametrize("role", ["agent", "adapter"])
async def test_no_key_but_the_persons_closes_by_any_route(server: Server, person: Client, role: str) -> None:
    task = await person.create(assignee="codex")
    key = await server.client_of(role, "worker", may_assign=True)
    tries: list[tuple[str, str, Any]] = [
        ("PATCH", f"/api/tasks/{task['id']}", {"status": "done"}),
        ("PATCH", f"/api/tasks/{task['id']}", {"status": "cancelled"}),
        ("POST", f"/api/tasks/{task['id']}/done", None),
        ("POST", f"/api/tasks/{task['id']}/cancel", None),
        ("POST", f"/api/tasks/{task['id']}/approve", None),
        ("POST", "/api/tasks/bulk", {"ids": [task["id"]], "change": {"status": "done"}}),
        ("POST", "/api/tasks/bulk", {"ids": [task["id"]], "verb": "done"}),
        ("POST", "/api/tasks", {"title": "Done already", "status": "done"}),
        ("POST", "/api/agent/tasks", {"title": "Done already", "status": "cancelled"}),
        ("POST", "/api/ingest/context", {"origin": "email", "tasks": [{"title": "x", "status": "done"}]}),
        ("DELETE", f"/api/tasks/{task['id']}", None),
        ("DELETE", f"/api/tasks/{task['id']}?purge=true", None),
        ("POST", "/api/keys", {"role": "owner", "name": "mine"}),
    ]
    for method, path, body in tries:
        await key.ask(method, path, body, expect=403)
    assert (
        await person.get("/api/tasks?include_done=true") == [await person.get("/api/tasks?status=backlog")][0]
    )
    assert (await person.get(f"/api/tasks/{task['id']}"))["status"] == "backlog"


async def test_an_agent_patches_status_alone_and_anything_else_is_403_by_name(
    person: Client, alpha: Client
) -> None:
    task = await person.create(assignee="codex")
    path = f"/api/tasks/{task['id']}"
    for fields in (
        {"priority": 1},
        {"priority": "nonsense"},
        {"status": "in_progress", "title": "x"},
        {"colour": 1},
    ):
        told = await alpha.patch(task["id"], fields, expect=403)
        assert told["code"] == "field_forbidden"
        assert told["allowed"] == ["status"]
    claimed = await alpha.patch(task["id"], {"status": "in_progress"})
    assert claimed["claim_token"]
    assert (await alpha.patch(task["id"], {"status": "waiting_review"}))["lane"] == "review"
    assert (await person.get(path))["result"]["submitted_by"] == "agent:alpha"


async def test_a_key_made_for_one_claim_reaches_its_task_alone(
    server: Server, person: Client, alpha: Client
) -> None:
    for _ in range(2):
        await person.create(assignee="codex")
    claimed = await alpha.post("/api/agent/claim", {"scoped_key": True})
    scoped = server.client(claimed["claim_key"])
    other = 3 - claimed["id"]
    assert [task["id"] for task in await scoped.get("/api/tasks")] == [claimed["id"]]
    assert (await scoped.get("/api/me"))["task_id"] == claimed["id"]
    await scoped.get(f"/api/tasks/{other}", expect=403)
    for path, body in (
        ("/api/tasks", {"title": "More work"}),
        ("/api/agent/claim", None),
        ("/api/ingest/context", {"origin": "email", "tasks": [{"title": "x"}]}),
        ("/api/agent/sources/report", {}),
        (f"/api/tasks/{other}/comments", {"text": "Hello"}),
    ):
        assert (await scoped.post(path, body, expect=403))["code"] == "scoped_key"
    work = f"/api/agent/tasks/{claimed['id']}"
    token = {"claim_token": claimed["claim_token"]}
    await scoped.post(f"{work}/heartbeat", token)
    await scoped.post(f"{work}/submit", {**token, "summary": "Done."})
    await scoped.get("/api/me", expect=401)
