"""Behind a real Caddy and a real nginx: events come at once, signing in works, and what is refused stays refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest

from benchmarks.server import ServerProcess
from tests.deploy.proxies import NAME, PROXIES, behind

pytestmark = pytest.mark.proxies
KEY = {"Authorization": "Bearer the-key-of-the-owner-behind-a-proxy"}
SETTINGS = {
    "TASK_STORE": "memory", "DATABASE_URL": "", "PUBLIC_BASE_URL": f"https://{NAME}", "TRUSTED_PROXIES": "127.0.0.1",
    "SESSION_SECRET_KEY": "vJ8wq2LrXk5tY0bN7cZ3mPfS9hDgA1eU4iQoTyW6", "TASK_TRACKER_API_KEY": KEY["Authorization"][7:],
}  # fmt: skip
OWN_PAGE = {"Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module", params=PROXIES)
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """Asks the proxy before the hosted app, both fresh."""
    place = tmp_path_factory.mktemp("behind")
    with (
        ServerProcess(place / "app", settings=SETTINGS) as app,
        behind(request.param, place / "proxy", app.port) as client,
    ):
        yield client


def sign_in(client: httpx.Client) -> httpx.Response:
    client.cookies.clear()
    return client.post("/sign-in", data={"key": SETTINGS["TASK_TRACKER_API_KEY"]}, headers=OWN_PAGE)


@pytest.mark.parametrize("path", ["/api/events/stream", "/live"])
def test_an_event_passes_through_while_the_stream_goes_on(client: httpx.Client, path: str) -> None:
    assert sign_in(client).status_code == 303
    with client.stream("GET", path, headers={"Accept": "text/event-stream"}, timeout=20) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        made = client.post("/api/tasks", json={"title": "While you listen"}, headers=KEY).json()
        told = next(line for line in lines if line.startswith("data:"))
        assert str(made["id"]) in told


def test_a_claim_that_waits_is_told_of_work_at_once(client: httpx.Client) -> None:
    answers: list[httpx.Response] = []

    def wait() -> None:
        answers.append(client.post("/api/agent/claim", json={"wait_seconds": 50}, headers=KEY, timeout=60))

    waiting = threading.Thread(target=wait)
    waiting.start()
    client.post("/api/tasks", json={"title": "Draft it", "assignee": "codex"}, headers=KEY)
    waiting.join(20)
    assert [answer.status_code for answer in answers] == [200]


def test_signing_in_gives_a_cookie_that_only_https_carries_and_opens_the_board(client: httpx.Client) -> None:
    client.cookies.clear()
    assert client.get("/").status_code == 401
    cookie = sign_in(client).headers["set-cookie"]
    assert {"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}
    assert client.get("/").status_code == 200


def test_a_foreign_page_and_a_foreign_name_get_nothing(client: httpx.Client) -> None:
    client.cookies.clear()
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    refused = client.post("/sign-in", data={"key": SETTINGS["TASK_TRACKER_API_KEY"]}, headers=foreign)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert '"role"' in client.get("/api/me", headers=KEY).text
    named = client.get("/api/me", headers={**KEY, "Host": "evil.example"})
    assert '"role"' not in named.text


def test_a_file_larger_than_other_requests_may_be_reaches_the_import(client: httpx.Client) -> None:
    answer = client.post("/api/import", content=b" " * 6_000_000, headers=KEY, timeout=60)
    assert answer.json()["code"] == "validation_error"
    too_large = client.post("/api/tasks", json={"title": "x" * 6_000_000}, headers=KEY, timeout=60)
    assert too_large.status_code == 413


def test_who_is_wrong_too_often_is_told_by_the_address_that_the_proxy_saw(client: httpx.Client) -> None:
    """An address that the stranger made up does not begin the count anew."""
    for n in range(40):
        made_up = {**OWN_PAGE, "X-Forwarded-For": f"203.0.113.{n}"}
        answer = client.post("/sign-in", data={"key": "wrong"}, headers=made_up)
        if answer.status_code == 429:
            return
    pytest.fail("nobody stopped it")
