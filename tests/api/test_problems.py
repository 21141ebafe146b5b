"""Every error has one shape, says what to do, and tells nothing of the inside."""

from __future__ import annotations

import logging
import re
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from task_assistant.api import problems
from task_assistant.domain.errors import refusals
from task_assistant.ports.store import StoreUnavailable
from tests.api.openapi_snapshot import made
from tests.api.server import Client, Server

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


def problem(response: httpx.Response, status: int, code: str) -> Any:
    """The problem, after a look at what all problems have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert set(told) >= MEMBERS
    assert (told["status"], told["code"]) == (status, code)
    assert told["request_id"] == response.headers["x-request-id"]
    assert told["detail"].endswith((".", ")")) or ";" in told["detail"]
    return told


def test_every_refusal_has_a_status_and_no_status_is_left_over() -> None:
    assert set(problems.REFUSALS) == {kind.code for kind in refusals()}


def test_every_422_names_what_is_wrong() -> None:
    named = {"validation_error", "invalid_batch", *problems.FIELD_OF}
    assert {code for code, (status, _) in problems.REFUSALS.items() if status == 422} == named


async def test_a_circle_of_dependencies_is_422_and_names_the_field(person: Client) -> None:
    first = await person.create()
    second = await person.create(depends_on=[first["id"]])
    response = await person.ask("PATCH", f"/api/tasks/{first['id']}", {"depends_on": [second["id"]]})
    told = problem(response, 422, "dependency_cycle")
    assert told["errors"][0]["field"] == "depends_on"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/nothing"), ("GET", "/api/tasks/abc"), ("POST", "/api/tasks/"), ("GET", "/no-such-page")],
)
async def test_an_unknown_address_is_a_404_problem(person: Client, method: str, path: str) -> None:
    problem(await person.ask(method, path), 404, "no_such_path")


async def test_a_wrong_method_names_all_the_right_ones(person: Client) -> None:
    response = await person.ask("PUT", "/api/tasks/1")
    problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "DELETE, GET, PATCH"


async def test_no_address_answers_a_method_that_its_document_does_not_have(person: Client) -> None:
    for path, methods in made()["paths"].items():
        concrete = re.sub(r"\{[^}]+\}", "1", path)
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {m.upper() for m in methods}:
            response = await person.ask(method, concrete)
            problem(response, 405, "method_not_allowed")
            assert set(methods) <= {m.lower() for m in response.headers["allow"].split(", ")}


async def test_without_a_key_it_is_401_and_says_bearer(server: Server) -> None:
    response = await server.client(None).ask("GET", "/api/tasks")
    problem(response, 401, "not_signed_in")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", ["wrong", "schlüssel", "two words", "", "\x7f"])
async def test_a_key_that_is_none_is_401(server: Server, key: str) -> None:
    client = server.client(None)
    header = [(b"authorization", b"Bearer " + key.encode())]
    problem(await client.ask("GET", "/api/me", headers=header), 401, "not_signed_in")


async def test_401_comes_before_everything_else_of_the_request(server: Server) -> None:
    client = server.client(None)
    response = await client.ask(
        "POST", "/api/tasks?nonsense=1", content=b"{", headers={"content-type": "text/plain"}
    )
    problem(response, 401, "not_signed_in")


async def test_an_unforeseen_error_tells_its_request_id_and_nothing_else(
    server: Server, person: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError("the secret inside")

    server.app.router.routes.insert(0, Route("/api/me", broken))
    with caplog.at_level(logging.ERROR):
        response = await person.ask("GET", "/api/me", headers={"X-Request-ID": "my-request-1"})
    problem(response, 500, "internal_error")
    assert "secret" not in response.text
    assert response.json()["request_id"] == "my-request-1"
    assert "my-request-1" in caplog.text


@pytest.mark.parametrize("path", ["/a/s3cret-token", "/sign-in/s3cret-token"])
async def test_an_unforeseen_error_of_a_one_use_link_is_logged_without_its_token(
    server: Server, person: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError

    server.app.router.routes.insert(0, Route(path, broken))
    with caplog.at_level(logging.ERROR):
        problem(await person.ask("GET", path), 500, "internal_error")
    assert f"failed: GET {path.replace('s3cret-token', '…')}" in caplog.text
    assert "s3cret" not in caplog.text


async def test_a_store_that_cannot_be_used_is_503_with_its_own_sentence(
    server: Server, person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        raise StoreUnavailable("The disk is full; make room and try again.")

    monkeypatch.setattr(server.store, "check", check)
    told = problem(await person.ask("GET", "/readyz"), 503, "not_ready")
    assert told["detail"] == "The disk is full; make room and try again."
    assert await person.get("/healthz") == {"status": "ok"}


async def test_a_request_id_that_is_not_well_formed_is_replaced(person: Client) -> None:
    response = await person.ask("GET", "/api/me", headers={"X-Request-ID": "<script>"})
    assert "<" not in response.headers["x-request-id"]


async def test_facts_are_members_of_the_problem(person: Client, alpha: Client) -> None:
    task = await person.create(assignee="codex")
    await person.post("/api/agent/claim", {"task_id": task["id"]})
    response = await alpha.ask("POST", "/api/agent/claim", {"task_id": task["id"]})
    told = problem(response, 409, "claim_held")
    assert (told["holder"], told["expires_at"]) == ("environment", "2026-05-07T09:30:00Z")


async def test_paused_agents_are_told_when_to_ask_again(person: Client, alpha: Client) -> None:
    await person.post("/api/agents/pause")
    response = await alpha.ask("POST", "/api/agent/claim")
    problem(response, 404, "paused")
    assert int(response.headers["retry-after"]) > 0


async def test_an_address_or_headers_beyond_all_measure_are_refused(person: Client) -> None:
    problem(await person.ask("GET", "/api/tasks?q=" + "x" * 20_000), 414, "address_too_long")
    response = await person.ask("GET", "/api/tasks", headers={"X-Large": "x" * 70_000})
    problem(response, 431, "headers_too_large")
