"""Errors that a person sees are pages in the same look; programs get problem+json."""

from __future__ import annotations

import logging

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from task_assistant.api.security_headers import HEADERS
from tests.web.doorstep import STATIC, TYPED, Doorstep

BROWSER = TYPED | {"accept": "text/html,application/xhtml+xml"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "words"),
    [
        ("GET", "/nowhere", {}, 404, "There is nothing here"),
        ("POST", "/tasks", {"origin": "http://localhost:8000"}, 405, "This page cannot do that"),
        ("GET", "/", {"host": "evil.example"}, 421, "Not a name of this server"),
        ("GET", "/", {"origin": "https://evil.example"}, 403, "Sent by another web page"),
    ],
)
async def test_a_browser_gets_a_page(
    method: str, path: str, headers: dict[str, str], status: int, words: str
) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.request(method, path, headers=BROWSER | headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{words}</h1>" in answer.text
    assert STATIC.url("app.css") in answer.text
    assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize(("path", "accept"), [("/nowhere", "*/*"), ("/api/nowhere", "text/html")])
async def test_a_program_gets_a_problem(path: str, accept: str) -> None:
    async with Doorstep().client() as client:
        answer = await client.get(path, headers={"accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_an_unforeseen_error_tells_its_request_id_and_nothing_of_the_inside(
    accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(request: Request) -> Response:
        raise RuntimeError("the inside")

    doorstep = Doorstep()
    doorstep.app.router.routes.append(Route("/broken", broken))
    with caplog.at_level(logging.ERROR):
        async with doorstep.client() as browser:
            answer = await browser.get("/broken", headers=TYPED | {"accept": accept})
    assert answer.status_code == 500
    assert "the inside" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["x-request-id"] in caplog.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert ("<h1>" in answer.text) is (accept == "text/html")
