"""Signing in with an identity provider, in a real browser against a real provider that stands for Google."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.server import Running, running

PEOPLE: dict[str, dict[str, Any]] = {
    "ann": {"email": "ann@example.org", "email_verified": True},
    "bob": {"email": "bob@example.org", "email_verified": True},
    "unverified": {"email": "ann@example.org", "email_verified": False},
}
SESSION = "pta_session"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the provider, which runs in a process of its own as any would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = str(Path(sys.executable).with_name("oidc-provider-mock"))
    people = [json.dumps({"sub": sub, **claims}) for sub, claims in PEOPLE.items()]
    named = [word for person in people for word in ("--user-claims", person)]
    command = (program, "--port", str(port), "--require-nonce", *named)
    provider = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with httpx.Client(transport=httpx.HTTPTransport(retries=60)) as client:
        client.get(f"http://localhost:{port}/.well-known/openid-configuration").raise_for_status()
    yield f"http://localhost:{port}"
    provider.kill()
    provider.wait()


@pytest.fixture
def server(tmp_path: Path, issuer: str) -> Iterator[Running]:
    settings = {
        "LOCAL_SIGN_IN": "link", "OIDC_ISSUER": issuer, "GOOGLE_OAUTH_CLIENT_ID": "the-board",
        "GOOGLE_OAUTH_CLIENT_SECRET": "a-secret-of-this-test", "ALLOWED_GOOGLE_EMAILS": "ann@example.org",
    }  # fmt: skip
    with running(tmp_path / "data", **settings) as server:
        yield server


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    """A tab that may be refused."""
    return context.new_page()


def set_out(tab: Page) -> None:
    tab.goto("/board")
    tab.get_by_role("link", name=re.compile("Sign in with")).click()


def consent(tab: Page, who: str) -> None:
    tab.get_by_role("button", name=who, exact=True).click()


def session_of(context: BrowserContext, server: Running) -> str | None:
    """What the browser keeps as its session; the port is in the cookie's name."""
    return next((c["value"] for c in context.cookies() if c["name"] == f"{SESSION}_{server.port}"), None)


def refused(tab: Page, words: str) -> None:
    expect(tab.get_by_text(words)).to_be_visible()
    tab.goto("/board")
    expect(tab.get_by_role("heading", name="Sign in")).to_be_visible()


def bend(tab: Page, address: str, change: Callable[[dict[str, str]], dict[str, str]]) -> list[str]:
    """Changes where the next redirect from this address leads: its query. What it was comes into the list."""
    was: list[str] = []

    def bent(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        if answer.status not in (302, 303) or was:
            route.fulfill(response=answer)
            return
        parts = urlsplit(answer.headers["location"])
        was.append(answer.headers["location"])
        query = urlencode(change(dict(parse_qsl(parts.query))))
        headers = {**answer.headers, "location": urlunsplit(parts._replace(query=query))}
        route.fulfill(response=answer, headers=headers)

    tab.route(lambda url: urlsplit(url).path == address, bent)
    return was


def test_who_is_on_the_list_comes_to_the_page_that_was_asked_for(tab: Page) -> None:
    set_out(tab)
    consent(tab, "ann")
    expect(tab).to_have_url(re.compile("/board$"))
    expect(tab.get_by_role("heading", name="Board")).to_be_visible()
    assert SESSION not in tab.evaluate("document.cookie")


@pytest.mark.parametrize(
    ("who", "words"), [("bob", "is not on the list"), ("unverified", "has not verified your e-mail")]
)
def test_who_is_not_on_the_list_or_not_verified_is_refused(tab: Page, who: str, words: str) -> None:
    set_out(tab)
    consent(tab, who)
    refused(tab, words)


def test_who_says_no_at_the_provider_is_not_signed_in(tab: Page) -> None:
    set_out(tab)
    consent(tab, "Deny")
    refused(tab, "Begin again")  # this provider's answer has no state, so it is nobody's


@pytest.mark.parametrize(
    ("redirect", "changed", "words"),
    [
        ("/oauth2/authorize", {"state": "A" * 43}, "was not begun in this browser"),
        ("/oauth2/authorize", {"code": "a-code-of-my-own"}, "does not prove who you are"),
        ("/sign-in/start", {"nonce": "a-nonce-of-another-sign-in"}, "does not prove who you are"),
    ],
    ids=["state", "code", "nonce"],
)
def test_what_was_forged_on_the_way_signs_nobody_in(
    tab: Page, redirect: str, changed: dict[str, str], words: str
) -> None:
    was = bend(tab, redirect, lambda said: said | changed)
    set_out(tab)
    consent(tab, "ann")
    refused(tab, words)
    assert was


def test_the_way_back_of_somebody_else_does_not_sign_this_browser_in(
    chromium: Browser, server: Running, tab: Page
) -> None:
    """Login CSRF: the attacker keeps his own way back and has the victim go it."""
    attacker = chromium.new_context(base_url=server.url)
    page = attacker.new_page()
    theirs = bend(page, "/oauth2/authorize", lambda _: {})
    set_out(page)
    consent(page, "ann")
    expect(page.get_by_text("was not begun in this browser")).to_be_visible()
    tab.goto(theirs[0])
    refused(tab, "was not begun in this browser")
    attacker.close()


def test_a_planted_session_is_not_the_one_that_is_signed_in(
    context: BrowserContext, server: Running, tab: Page
) -> None:
    context.add_cookies([{"name": f"{SESSION}_{server.port}", "value": "planted-before", "url": server.url}])
    set_out(tab)
    consent(tab, "ann")
    expect(tab.get_by_role("heading", name="Board")).to_be_visible()
    assert session_of(context, server) not in (None, "planted-before")


def test_after_signing_out_the_session_is_worth_nothing(
    chromium: Browser, context: BrowserContext, server: Running, tab: Page
) -> None:
    set_out(tab)
    consent(tab, "ann")
    expect(tab.get_by_role("heading", name="Board")).to_be_visible()
    kept = context.cookies()
    tab.get_by_role("button", name="Sign out").dispatch_event("click")
    expect(tab.get_by_text("signed out")).to_be_visible()
    thief = chromium.new_context(base_url=server.url)
    thief.add_cookies([cookie for cookie in kept if SESSION in cookie["name"]])  # type: ignore[misc]
    page = thief.new_page()
    page.goto("/board")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    thief.close()
