"""Browser sessions: a random secret in an HttpOnly cookie, its hash on the server, and a token for every change."""

from __future__ import annotations

import re

import httpx
import pytest

from task_assistant.api.addresses import Addresses
from task_assistant.api.sessions import secret_in
from task_assistant.services.sessions import SESSION_AGE
from tests.web.doorstep import FETCHED, FOLLOWED, HERE, KEY, TYPED, Doorstep, Headers

COOKIE = "pta_session_8000"
FORM = {"origin": HERE, **FOLLOWED}


async def csrf_token(browser: httpx.AsyncClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get("/", headers=TYPED)).text)
    assert found is not None
    return found[1]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    async with Doorstep().client() as browser:
        answer = await browser.post("/sign-in", data={"key": KEY}, headers=FORM)
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
    assert "Secure" not in attributes, "http on loopback has no secure cookies"
    assert not [attribute for attribute in attributes if attribute.startswith("Domain")]
    assert f"Max-Age={int(SESSION_AGE.total_seconds())}" in attributes


async def test_with_https_the_cookie_is_secure_and_bound_to_this_host() -> None:
    base = "https://tasks.example.org"
    doorstep = Doorstep(Addresses.of(local=False, public_base_url=base))
    async with doorstep.client(base) as browser:
        answer = await browser.post("/sign-in", data={"key": KEY}, headers={"origin": base})
        name, *attributes = answer.headers["set-cookie"].split("; ")
        assert name.startswith("__Host-pta_session=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
        assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": HERE}, 200),
        (FETCHED, 200),
        ({"origin": HERE, **FETCHED}, 200),
        ({}, 403),  # neither Origin nor fetch metadata: no browser that we could protect
        ({"sec-fetch-site": "none"}, 403),
        ({"origin": "https://evil.example"}, 403),
    ],
)
async def test_a_change_by_session_needs_the_browsers_word_for_our_own_page(
    headers: Headers, status: int
) -> None:
    async with await Doorstep().signed_in() as browser:
        token = {"x-csrf-token": await csrf_token(browser)}
        assert (await browser.post("/api/tasks", headers=headers | token)).status_code == status


@pytest.mark.parametrize("token", [None, "", "wrong", "täuschung", "another session's"])
async def test_a_change_by_session_needs_the_token_of_that_session(token: str | None) -> None:
    doorstep = Doorstep()
    async with await doorstep.signed_in() as browser, await doorstep.signed_in() as other:
        if token == "another session's":
            token = await csrf_token(other)
        headers: list[tuple[bytes, bytes]] = [(b"origin", HERE.encode())]
        if token is not None:
            headers.append((b"x-csrf-token", token.encode()))
        answer = await browser.post("/api/tasks", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf_token_invalid"


async def test_reading_by_session_needs_no_token() -> None:
    async with await Doorstep().signed_in() as browser:
        answer = await browser.get("/api/tasks", headers=FETCHED)
    assert answer.json() == {"actor": "human", "via": "browser"}


async def test_a_key_needs_no_token() -> None:
    async with Doorstep().client() as client:
        headers = {"authorization": f"Bearer {KEY}"}
        assert (await client.post("/api/tasks", headers=headers)).status_code == 200


async def test_signing_out_ends_the_session_on_the_server_so_that_a_kept_cookie_is_worthless() -> None:
    doorstep = Doorstep(auto=False)
    async with await doorstep.signed_in() as browser:
        kept = browser.cookies[COOKIE]
        answer = await browser.post("/sign-out", data={"csrf_token": await csrf_token(browser)}, headers=FORM)
        assert answer.status_code == 200
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert COOKIE not in browser.cookies
    async with doorstep.client(cookies={COOKIE: kept}) as replay:
        assert (await replay.get("/", headers=TYPED)).status_code == 401
        assert (await replay.get("/api/tasks", headers=FETCHED)).status_code == 401


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_signing_out_needs_the_token(token: str) -> None:
    async with await Doorstep(auto=False).signed_in() as browser:
        answer = await browser.post("/sign-out", data={"csrf_token": token}, headers=FORM)
        assert answer.status_code == 403
        assert (await browser.get("/", headers=TYPED)).status_code == 200


async def test_a_get_never_signs_out() -> None:
    async with await Doorstep(auto=False).signed_in() as browser:
        assert (await browser.get("/sign-out", headers=TYPED)).status_code == 405
        assert (await browser.get("/", headers=TYPED)).status_code == 200


async def test_a_session_ends_with_its_age() -> None:
    doorstep = Doorstep(auto=False)
    async with await doorstep.signed_in() as browser:
        doorstep.clock.at += SESSION_AGE * 0.99
        assert (await browser.get("/", headers=TYPED)).status_code == 200
        doorstep.clock.at += SESSION_AGE * 0.02
        assert (await browser.get("/", headers=TYPED)).status_code == 401


async def test_a_session_planted_before_signing_in_is_not_the_one_that_is_signed_in() -> None:
    doorstep = Doorstep(auto=False)
    planted, _ = await doorstep.services.sessions.start()
    async with doorstep.client(cookies={COOKIE: planted}) as victim:
        answer = await victim.post("/sign-in", data={"key": KEY}, headers=FORM)
        assert planted not in answer.headers["set-cookie"]
    assert await doorstep.services.sessions.find(planted) is None, "and it is over"


async def test_an_invented_secret_is_never_taken_over() -> None:
    doorstep = Doorstep(auto=False)
    invented = "A" * 43
    async with doorstep.client(cookies={COOKIE: invented}) as victim:
        answer = await victim.post("/sign-in", data={"key": KEY}, headers=FORM)
        assert invented not in answer.headers["set-cookie"]
    assert await doorstep.services.sessions.find(invented) is None


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        COOKIE,
        f"{COOKIE}=",
        f"{COOKIE}=short",
        f"{COOKIE}={'ä' * 43}",
        f"{COOKIE}={'A' * 500}",
        f'{COOKIE}="{"A" * 43}"',
        f"pta_session={'A' * 43}",
        f"pta_session_8001={'A' * 43}",
        f"{COOKIE}={'A' * 43}; {COOKIE}={'B' * 43}",
        ";;;=;=;" * 100,
    ],
)
def test_a_cookie_that_we_did_not_set_is_no_session(cookie: str) -> None:
    scope = {"headers": [(b"host", b"localhost:8000"), (b"cookie", cookie.encode())]}
    assert secret_in(scope, https=False) is None


def test_the_cookie_is_found_among_others() -> None:
    cookie = f"theme=dark; {COOKIE}={'A' * 43}; other=1".encode()
    scope = {"headers": [(b"host", b"localhost:8000"), (b"cookie", cookie)]}
    assert secret_in(scope, https=False) == "A" * 43


async def test_two_instances_on_one_computer_do_not_sign_each_other_out() -> None:
    first, second = Doorstep(), Doorstep(port=8001)
    jar = (await first.signed_in("http://localhost:8000")).cookies
    jar.update((await second.signed_in("http://localhost:8001")).cookies)
    async with first.client(cookies=jar) as one, second.client("http://localhost:8001", cookies=jar) as two:
        assert (await one.get("/api/tasks", headers=FETCHED)).status_code == 200
        assert (await two.get("/api/tasks", headers=FETCHED)).status_code == 200
