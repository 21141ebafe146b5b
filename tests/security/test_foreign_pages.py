"""A web page elsewhere reaches nothing: no form, no fetch, no image, no rebinding, whatever the browser carries."""

from __future__ import annotations

import pytest

from task_assistant.api.addresses import Addresses
from tests.web.doorstep import FETCHED, FROM_ELSEWHERE, HERE, KEY, TYPED, Doorstep, Headers

BEARER = {"authorization": f"Bearer {KEY}"}
ELSEWHERE = "https://evil.example"
# What a browser says of a request that a foreign page caused, by how the page caused it.
CAUSED_ELSEWHERE: dict[str, tuple[str, Headers]] = {
    "a form": ("POST", {"origin": ELSEWHERE, **FROM_ELSEWHERE}),
    "a form, old browser": ("POST", {"origin": ELSEWHERE}),
    "a form in a sandboxed frame": ("POST", {"origin": "null", **FROM_ELSEWHERE}),
    "a form without fetch metadata in a sandbox": ("POST", {"origin": "null"}),
    "a fetch": ("POST", {"origin": ELSEWHERE, **FETCHED, "sec-fetch-site": "cross-site"}),
    "a fetch that reads": ("GET", {"origin": ELSEWHERE, **FETCHED, "sec-fetch-site": "cross-site"}),
    "a preflight": ("OPTIONS", {"origin": ELSEWHERE, "access-control-request-method": "POST"}),
    "an image": (
        "GET",
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    ),
    "a script": (
        "GET",
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"},
    ),
    "a frame": (
        "GET",
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ),
    "an object": (
        "GET",
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "object"},
    ),
    "a link to the API": ("GET", FROM_ELSEWHERE),
    "another port of this computer": ("POST", {"origin": "http://localhost:3000", **FETCHED}),
    "another port, reading": ("GET", {**FETCHED, "sec-fetch-site": "same-site"}),
    "the same name by https": ("POST", {"origin": "https://localhost:8001"}),
    "a longer name": ("POST", {"origin": "http://localhost:8000.evil.example"}),
    "two origins": ("POST", {"origin": f"{HERE}, {ELSEWHERE}"}),
    "no origin to speak of": ("POST", {"origin": ""}),
    "an unknown word in the metadata": ("GET", {"sec-fetch-site": "unheard-of"}),
}


@pytest.mark.parametrize("credential", ["session", "key", "nothing"])
@pytest.mark.parametrize("cause", CAUSED_ELSEWHERE)
async def test_a_request_from_a_foreign_page_is_refused_with_any_credential(
    cause: str, credential: str
) -> None:
    method, headers = CAUSED_ELSEWHERE[cause]
    doorstep = Doorstep()
    browser = await doorstep.signed_in() if credential == "session" else doorstep.client()
    async with browser:
        carried = BEARER if credential == "key" else {}
        answer = await browser.request(method, "/api/tasks", headers=headers | carried)
    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_origin"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/some-token", "/sign-out"])
@pytest.mark.parametrize("headers", [{"origin": ELSEWHERE}, {"origin": "null"}, FROM_ELSEWHERE, TYPED, {}])
async def test_a_form_is_taken_only_from_a_page_of_ours(path: str, headers: Headers) -> None:
    doorstep = Doorstep()
    token = await doorstep.services.links.create()
    async with await doorstep.signed_in() as browser:
        answer = await browser.post(path.replace("some-token", token), data={"key": KEY}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert (await browser.get("/tasks?lane=human")).status_code == 200, "still signed in"
    assert await doorstep.services.links.consume(token), "the link is still unused"


@pytest.mark.parametrize("path", ["/", "/tasks?lane=review", "/sign-in"])
async def test_a_link_elsewhere_may_open_a_page(path: str) -> None:
    async with await Doorstep().signed_in() as browser:
        assert (await browser.get(path, headers=FROM_ELSEWHERE)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/tasks?lane=review", "/sign-in", "/static/x"])
async def test_a_page_elsewhere_cannot_frame_or_fetch_a_page(path: str) -> None:
    async with await Doorstep().signed_in() as browser:
        framed = await browser.get(path, headers=FROM_ELSEWHERE | {"sec-fetch-dest": "iframe"})
        fetched = await browser.get(path, headers=FETCHED | {"sec-fetch-site": "cross-site"})
    assert (framed.status_code, fetched.status_code) == (403, 403)


@pytest.mark.parametrize("headers", [{}, {"origin": HERE}, {"sec-fetch-site": "none"}, FETCHED])
async def test_a_key_works_for_programs_and_for_our_own_pages(headers: Headers) -> None:
    async with Doorstep().client() as client:
        assert (await client.post("/api/tasks", headers=BEARER | headers)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", [HERE, ELSEWHERE, "null"])
async def test_no_answer_ever_allows_another_origin_to_read(method: str, origin: str) -> None:
    async with await Doorstep().signed_in() as browser:
        answer = await browser.request(method, "/api/tasks", headers={"origin": origin})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


HOSTED = Addresses.of(local=False, public_base_url="https://tasks.example.org", allowed_hosts=("tasks.lan",))


@pytest.mark.parametrize(
    ("host", "origin", "own"),
    [
        ("tasks.example.org", "https://tasks.example.org", True),
        ("tasks.example.org", "http://tasks.example.org", False),  # somebody on the way wrote into plain http
        ("tasks.example.org", "https://tasks.example.org:8443", False),
        ("tasks.example.org", "https://tasks.lan", False),
        ("tasks.lan", "http://tasks.lan", True),
        ("tasks.lan", "https://tasks.lan", True),
        ("tasks.lan:8000", "http://tasks.lan:8000", True),
        ("tasks.lan:8000", "http://tasks.lan", False),
        ("tasks.lan", "https://tasks.example.org", True),  # a proxy that writes a Host of its own
        ("tasks.lan", "null", False),
    ],
)
def test_which_origins_are_our_own_pages(host: str, origin: str, own: bool) -> None:
    assert HOSTED.own_origin(origin.encode(), host.encode()) is own


async def test_websockets_are_closed_since_nothing_here_speaks_them() -> None:
    sent = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"localhost:8000")]}
    await Doorstep().app(scope, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
