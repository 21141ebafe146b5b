"""The round trip through an identity provider: nothing in it can be forged, aimed, repeated or planted."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
import pytest

from task_assistant.api.addresses import Addresses
from task_assistant.api.sign_in import Attempts
from task_assistant.identity.oidc import OidcProvider
from task_assistant.services.provider_sign_in import TICKET_AGE, ProviderSignIn, Why
from task_assistant.web.provider_sign_in import WORDS
from task_assistant.web.site import Ways
from tests.identity.issuer import CLIENT, ISSUER, SECRET, Issuer
from tests.web.doorstep import FOLLOWED, FROM_ELSEWHERE, TYPED, Doorstep, Headers

BASE = "https://tasks.example.org"
SESSION = "__Host-pta_session"
LOGIN = "__Host-pta_login"
CALLBACK = "/sign-in/callback"


@dataclass
class Hosted(Doorstep):
    """A hosted server whose provider is the test's issuer; only Ann is on the list."""

    addresses: Addresses = field(default_factory=lambda: Addresses.of(local=False, public_base_url=BASE))
    auto: bool = False

    def ways(self) -> Ways:
        self.issuer = Issuer(self.clock)
        provider = OidcProvider(ISSUER, CLIENT, SECRET, self.clock, self.issuer.transport)
        signing = ProviderSignIn(self.services.desk, provider, ["ann@example.org"], BASE + CALLBACK)
        return Ways(self.key is not None, local=False, provider=signing)

    def browser(self) -> httpx.AsyncClient:
        return self.client(BASE, peer=("203.0.113.5", 1))

    async def set_out(self, browser: httpx.AsyncClient, page: str = "/") -> dict[str, str]:
        """Off to the provider, who says yes: the parameters that the browser comes back with."""
        answer = await browser.get("/sign-in/start", params={"next": page}, headers=FOLLOWED)
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"]
        assert address.startswith(f"{ISSUER}/authorize?")
        return {"code": self.issuer.consent(address), "state": self.issuer.asked["state"]}


@pytest.fixture
def hosted() -> Hosted:
    return Hosted()


async def back(
    browser: httpx.AsyncClient, said: dict[str, str], headers: Headers | None = None
) -> httpx.Response:
    return await browser.get(CALLBACK, params=said, headers=headers or FROM_ELSEWHERE)


def not_signed_in(browser: httpx.AsyncClient, answer: httpx.Response, why: Why) -> None:
    status, words = WORDS[why]
    assert answer.status_code == status
    assert words.split(".")[0].replace("'", "&#39;") in answer.text
    assert SESSION not in browser.cookies
    assert LOGIN not in browser.cookies


def test_there_are_words_for_every_reason() -> None:
    assert set(WORDS) == set(Why)


async def test_somebody_on_the_list_is_signed_in_and_goes_on_to_the_page_that_was_asked_for(
    hosted: Hosted,
) -> None:
    async with hosted.browser() as browser:
        asked = await browser.get("/tasks?lane=review", headers=TYPED)
        assert "Sign in with login.example.org" in asked.text
        assert 'href="/sign-in/start?next=/tasks%3Flane%3Dreview"' in asked.text
        answer = await back(browser, await hosted.set_out(browser, "/tasks?lane=review"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/tasks?lane=review")
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(SESSION))
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert LOGIN not in browser.cookies
        assert (await browser.get("/tasks?lane=review", headers=TYPED)).status_code == 200
        (opened,) = await hosted.services.sessions.all()
        assert opened.email == "ann@example.org"


async def test_setting_out_keeps_nothing_on_the_server_and_a_secret_from_scripts(hosted: Hosted) -> None:
    async with hosted.browser() as browser:
        answer = await browser.get("/sign-in/start", headers=FOLLOWED)
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert await hosted.store.documents("login", hosted.clock.now()) == []


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email": "bob@example.org"}, Why.NOT_LISTED),
        ({"email": "ann@example.org.evil.example"}, Why.NOT_LISTED),
        ({"email": "ann+x@example.org"}, Why.NOT_LISTED),
        ({"email_verified": False}, Why.UNVERIFIED),
        ({"email_verified": None}, Why.UNVERIFIED),
        ({"nonce": "of-another-sign-in"}, Why.UNPROVEN),
        ({"aud": "another-client"}, Why.UNPROVEN),
    ],
)
async def test_nobody_is_signed_in_by(hosted: Hosted, claims: dict[str, object], why: Why) -> None:
    async with hosted.browser() as browser:
        said = await hosted.set_out(browser)
        hosted.issuer.claims.update(claims)
        not_signed_in(browser, await back(browser, said), why)


async def test_a_state_that_was_not_given_to_this_browser_is_forged(hosted: Hosted) -> None:
    async with hosted.browser() as attacker, hosted.browser() as victim, hosted.browser() as fresh:
        theirs = await hosted.set_out(attacker)
        await hosted.set_out(victim)
        not_signed_in(victim, await back(victim, theirs), Why.FORGED)
        not_signed_in(fresh, await back(fresh, theirs), Why.FORGED)


@pytest.mark.parametrize("state", ["", "forged", "ä" * 43, "A" * 43, "x" * 10_000])
async def test_an_invented_state_is_forged(hosted: Hosted, state: str) -> None:
    async with hosted.browser() as browser:
        said = await hosted.set_out(browser) | {"state": state}
        not_signed_in(browser, await back(browser, said), Why.FORGED)


@pytest.mark.parametrize("ticket", ["", "x", "A" * 43, f"{'A' * 43}.9999999999.Lw", f"{'A' * 43}.."])
async def test_an_invented_ticket_is_forged(hosted: Hosted, ticket: str) -> None:
    async with hosted.browser() as browser:
        said = await hosted.set_out(browser)
        cookie = {"cookie": f"{LOGIN}={ticket}"}
        browser.cookies.clear()
        answer = await browser.get(CALLBACK, params=said, headers=FROM_ELSEWHERE | cookie)
        not_signed_in(browser, answer, Why.FORGED)


async def test_two_tickets_are_none(hosted: Hosted) -> None:
    async with hosted.browser() as browser, hosted.browser() as other:
        await hosted.set_out(other)
        said = await hosted.set_out(browser)
        both = f"{LOGIN}={browser.cookies[LOGIN]}; {LOGIN}={other.cookies[LOGIN]}"
        browser.cookies.clear()
        answer = await browser.get(CALLBACK, params=said, headers=FROM_ELSEWHERE | {"cookie": both})
        not_signed_in(browser, answer, Why.FORGED)


async def test_the_way_back_is_open_for_ten_minutes(hosted: Hosted) -> None:
    async with hosted.browser() as slow, hosted.browser() as slower:
        said = await hosted.set_out(slow)
        hosted.clock.at += TICKET_AGE
        assert (await back(slow, said)).status_code == 303
        said = await hosted.set_out(slower)
        hosted.clock.at += TICKET_AGE * 1.01
        not_signed_in(slower, await back(slower, said), Why.FORGED)


async def test_coming_back_twice_signs_in_once_even_with_the_old_cookie_and_a_fresh_code(
    hosted: Hosted,
) -> None:
    async with hosted.browser() as browser:
        said = await hosted.set_out(browser)
        kept = {"cookie": f"{LOGIN}={browser.cookies[LOGIN]}"}
        assert (await back(browser, said)).status_code == 303
    async with hosted.browser() as replay:
        hosted.issuer.asked["code"] = "another-code"
        answer = await back(replay, said | {"code": "another-code"}, FROM_ELSEWHERE | kept)
        not_signed_in(replay, answer, Why.USED)


@pytest.mark.parametrize("said", [{"error": "access_denied"}, {"error": "x", "code": "y"}, {}, {"code": ""}])
async def test_who_says_no_at_the_provider_reads_so_and_may_begin_again(
    hosted: Hosted, said: dict[str, str]
) -> None:
    async with hosted.browser() as browser:
        state = (await hosted.set_out(browser))["state"]
        answer = await back(browser, said | {"state": state})
        assert answer.status_code == 403
        assert "declined" in answer.text
        assert SESSION not in browser.cookies
        assert (await back(browser, await hosted.set_out(browser))).status_code == 303


async def test_a_parameter_sent_twice_is_none(hosted: Hosted) -> None:
    async with hosted.browser() as browser:
        said = await hosted.set_out(browser)
        twice = f"{CALLBACK}?code={said['code']}&state={said['state']}&state={said['state']}"
        not_signed_in(browser, await browser.get(twice, headers=FROM_ELSEWHERE), Why.FORGED)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out", "x" * 5_000, "/ü"]
)
async def test_it_never_leads_off_this_server(hosted: Hosted, elsewhere: str) -> None:
    async with hosted.browser() as browser:
        answer = await back(browser, await hosted.set_out(browser, elsewhere))
    assert answer.headers["location"] == "/"


async def test_a_session_planted_before_is_not_the_one_that_is_signed_in(hosted: Hosted) -> None:
    planted, _ = await hosted.services.sessions.start()
    async with hosted.browser() as victim:
        said = await hosted.set_out(victim)
        victim.cookies.set(SESSION, planted, "tasks.example.org")
        answer = await back(victim, said)
    assert planted not in "".join(answer.headers.get_list("set-cookie"))
    assert await hosted.services.sessions.find(planted) is None, "and it is over"


async def test_guessing_accounts_is_slowed_down(hosted: Hosted) -> None:
    hosted.issuer.claims["email"] = "bob@example.org"
    async with hosted.browser() as browser:
        for _ in range(Attempts.LIMIT):
            not_signed_in(browser, await back(browser, await hosted.set_out(browser)), Why.NOT_LISTED)
        hosted.issuer.claims.clear()
        assert (await back(browser, await hosted.set_out(browser))).status_code == 429


async def test_a_provider_that_is_away_is_said_so_and_the_key_still_signs_in(hosted: Hosted) -> None:
    hosted.issuer.status = 500
    async with hosted.browser() as browser:
        answer = await browser.get("/sign-in/start", headers=FOLLOWED)
        not_signed_in(browser, answer, Why.UNAVAILABLE)
        assert 'action="/sign-in"' in answer.text


async def test_another_name_of_this_server_sets_out_from_the_one_that_the_provider_sends_back_to() -> None:
    addresses = Addresses.of(local=False, public_base_url=BASE, allowed_hosts=["tasks.lan"])
    async with Hosted(addresses).client("https://tasks.lan") as browser:
        answer = await browser.get("/sign-in/start?next=/board", headers=FOLLOWED)
    assert answer.headers["location"] == f"{BASE}/sign-in/start?next=%2Fboard"
    assert "set-cookie" not in answer.headers


async def test_who_is_taken_off_the_list_is_signed_out_at_the_next_start(hosted: Hosted) -> None:
    sessions = hosted.services.sessions
    ann, _ = await sessions.start(email="ann@example.org")
    bob, _ = await sessions.start(email="bob@example.org")
    by_key, _ = await sessions.start()
    await sessions.end_unlisted(["ann@example.org"])
    assert [await sessions.find(each) is not None for each in (ann, bob, by_key)] == [True, False, True]


async def test_a_session_in_the_store_without_our_signature_is_none(hosted: Hosted) -> None:
    secret, _ = await hosted.services.sessions.start()
    token, _, signature = secret.partition(".")
    assert len(signature) == 43
    for forged in (token, f"{token}.", f"{token}.{'A' * 43}", f".{signature}"):
        assert await hosted.services.sessions.find(forged) is None


# -- not set up --------------------------------------------------------------------------------------------------------


@dataclass
class Unfinished(Doorstep):
    """A server that lacks some of the settings."""

    missing: tuple[str, ...] = ()

    def ways(self) -> Ways:
        return Ways(self.key is not None, self.addresses.local, missing=self.missing)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/start", CALLBACK, f"{CALLBACK}?code=x&state=y"])
async def test_a_plain_page_says_what_is_missing(path: str) -> None:
    missing = ("GOOGLE_OAUTH_CLIENT_ID", "ALLOWED_GOOGLE_EMAILS")
    async with Unfinished(auto=False, missing=missing).client() as browser:
        answer = await browser.get(path, headers=TYPED)
    assert answer.status_code == (200 if path == "/sign-in" else 404)
    assert "GOOGLE_OAUTH_CLIENT_ID, ALLOWED_GOOGLE_EMAILS are missing" in answer.text
    assert "docs/sign-in.md" in answer.text


async def test_who_never_wanted_it_reads_nothing_of_it_and_is_told_of_pta_open() -> None:
    async with Doorstep(auto=False).client() as browser:
        text = (await browser.get("/sign-in", headers=TYPED)).text
    assert "Google" not in text
    assert "pta open" in text


async def test_hosted_the_hints_are_those_of_a_server_elsewhere(hosted: Hosted) -> None:
    async with hosted.browser() as browser:
        text = (await browser.get("/sign-in", headers=TYPED)).text
    assert "pta open" not in text
    assert "sign-in-link" in text


def test_what_travels_in_the_address_says_nothing_of_nonce_and_verifier(hosted: Hosted) -> None:
    provider = hosted.site.ways.provider
    assert provider is not None
    ask = provider._ask("a-ticket")
    assert len({ask.state, ask.nonce, ask.verifier}) == 3
    assert ask.verifier not in repr(ask)
    assert ask.nonce not in repr(ask)
