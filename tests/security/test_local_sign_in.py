"""On the person's own computer a page signs its browser in by itself, if and only if every sign is the person's."""

from __future__ import annotations

import pytest

from task_assistant.api.addresses import Addresses
from tests.web.doorstep import FETCHED, FOLLOWED, FROM_ELSEWHERE, HERE, TYPED, Doorstep, Headers

CONTINUE = "Continue on this computer"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("base", [HERE, "http://127.0.0.1:8000", "http://[::1]:8000"])
@pytest.mark.parametrize("opened", [TYPED, FOLLOWED])
async def test_the_page_answers_directly_with_a_session_and_no_redirect(
    opened: Headers, base: str, peer: str
) -> None:
    async with Doorstep().client(base, (peer, 50_000)) as browser:
        answer = await browser.get("/", headers=opened)
        assert answer.status_code == 200
        assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
        again = await browser.get("/", headers=opened)
        assert again.status_code == 200
        assert "set-cookie" not in again.headers, "one session, not one a page"


NOT_BY_ITSELF: dict[str, Headers] = {
    "no fetch metadata at all": {},
    "only the site": {"sec-fetch-site": "none"},
    "no site": {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    "no mode": {"sec-fetch-site": "none", "sec-fetch-dest": "document"},
    "no destination": {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
    "a fetch of our own page": FETCHED,
    "a frame": TYPED | {"sec-fetch-dest": "iframe"},
    "an image": TYPED | {"sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    "another page led here": FROM_ELSEWHERE,
    "another port led here": TYPED | {"sec-fetch-site": "same-site"},
    "an unknown site": TYPED | {"sec-fetch-site": "null"},
    "fetched ahead of time": TYPED | {"sec-purpose": "prefetch;prerender"},
    "X-Forwarded-For": TYPED | {"x-forwarded-for": "127.0.0.1"},
    "X-Forwarded-Host": TYPED | {"x-forwarded-host": "localhost:8000"},
    "X-Forwarded-Proto": TYPED | {"x-forwarded-proto": "https"},
    "an empty X-Forwarded-For": TYPED | {"x-forwarded-for": ""},
    "Forwarded": TYPED | {"forwarded": "for=127.0.0.1"},
    "X-Real-IP": TYPED | {"x-real-ip": "127.0.0.1"},
    "Via": TYPED | {"via": "1.1 proxy"},
    "Cloudflare": TYPED | {"cf-connecting-ip": "127.0.0.1"},
    "Tailscale": TYPED | {"tailscale-user-login": "somebody@example.org"},
    "a port that is forwarded": TYPED | {"host": "localhost:9000"},
    "no port": TYPED | {"host": "localhost"},
}


@pytest.mark.parametrize("sign", NOT_BY_ITSELF)
async def test_any_sign_that_it_may_not_be_the_person_gets_the_sign_in_page(sign: str) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.get("/", headers=NOT_BY_ITSELF[sign])
    # What another page causes and is no navigation is refused outright; everything else must sign in.
    assert answer.status_code in (401, 403)
    assert "set-cookie" not in answer.headers
    assert "location" not in answer.headers
    assert "needs you" not in answer.text


@pytest.mark.parametrize(
    "peer", [("192.168.1.7", 50_000), ("10.0.0.1", 1), ("testclient", 1), ("::ffff:192.168.1.7", 1), ("", 0)]
)
async def test_a_connection_from_elsewhere_must_sign_in(peer: tuple[str, int]) -> None:
    async with Doorstep().client(peer=peer) as browser:
        answer = await browser.get("/", headers=TYPED)
    assert answer.status_code == 401
    assert CONTINUE not in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_name_of_the_private_network_must_sign_in_even_from_this_computer() -> None:
    lan = Addresses.of(allowed_hosts=("tasks.lan",))
    async with Doorstep(lan).client("http://tasks.lan:8000") as browser:
        assert (await browser.get("/", headers=TYPED)).status_code == 401


async def test_the_own_address_of_the_settings_counts_as_this_computer() -> None:
    named = Addresses.of(public_base_url="http://tasks.localhost:8000")
    async with Doorstep(named).client("http://tasks.localhost:8000") as browser:
        assert (await browser.get("/", headers=TYPED)).status_code == 200


@pytest.mark.parametrize(
    "doorstep",
    [
        Doorstep(auto=False),
        Doorstep(
            Addresses.of(local=False, public_base_url="http://localhost:8000")
        ),  # hosted, whatever the name
        Doorstep(http_version="1.0"),  # no browser: a proxy that says nothing else about itself
    ],
)
async def test_it_is_off_by_setting_in_hosted_mode_and_behind_a_silent_proxy(doorstep: Doorstep) -> None:
    async with doorstep.client() as browser:
        answer = await browser.get("/", headers=TYPED)
    assert answer.status_code == 401
    assert CONTINUE not in answer.text


@pytest.mark.parametrize("method", ["HEAD", "POST"])
async def test_only_opening_a_page_signs_in(method: str) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.request(method, "/", headers=TYPED | {"origin": HERE})
    assert answer.status_code in (401, 405)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/api/tasks", "/api/keys"])
@pytest.mark.parametrize("headers", [TYPED, FOLLOWED, FETCHED, {}])
async def test_the_json_api_never_signs_anybody_in(path: str, headers: Headers) -> None:
    async with Doorstep().client() as browser:
        answer = await browser.request("GET" if path == "/api/tasks" else "POST", path, headers=headers)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_who_was_led_here_by_another_page_goes_on_with_one_click() -> None:
    async with Doorstep().client() as browser:
        led = await browser.get("/tasks?lane=review", headers=FROM_ELSEWHERE)
        assert led.status_code == 401
        assert CONTINUE in led.text
        assert 'href="/tasks?lane=review"' in led.text, (
            "a link of our own page, so that the browser says same-origin"
        )
        clicked = await browser.get("/tasks?lane=review", headers=FOLLOWED)
        assert clicked.status_code == 200
        assert "set-cookie" in clicked.headers


@pytest.mark.parametrize("path", ["/", "/tasks?lane=agent", "/docs"])
async def test_every_page_signs_in_by_itself(path: str) -> None:
    async with Doorstep().client() as browser:
        assert (await browser.get(path, headers=TYPED)).status_code == 200
