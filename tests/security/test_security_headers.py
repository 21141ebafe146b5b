"""Every answer carries the security headers: pages, JSON, refusals, files, errors."""

from __future__ import annotations

import pytest

from task_assistant.api.addresses import Addresses
from task_assistant.api.security_headers import HEADERS
from tests.web.doorstep import HERE, STATIC, TYPED, Doorstep, Headers

PATHS: list[tuple[str, Headers]] = [
    ("/", TYPED),
    ("/", {}),
    ("/sign-in", {}),
    ("/docs", TYPED),
    ("/nowhere", {"accept": "text/html"}),
    ("/api/tasks", {}),
    ("/api/tasks", {"origin": "https://evil.example"}),
    ("/", {"host": "evil.example"}),
    (STATIC.url("app.css"), {}),
    ("/healthz", {}),
]


@pytest.mark.parametrize(("path", "headers"), PATHS)
async def test_every_answer_carries_them_once(path: str, headers: Headers) -> None:
    async with Doorstep().client() as client:
        answer = await client.get(path, headers=headers)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]


@pytest.mark.parametrize("https", [True, False])
async def test_browsers_are_told_to_stay_on_https_only_where_there_is_https(https: bool) -> None:
    base = "https://tasks.example.org" if https else "http://tasks.example.org"
    doorstep = Doorstep(Addresses.of(local=False, public_base_url=base))
    async with doorstep.client(base) as client:
        answer = await client.get("/healthz")
    assert ("strict-transport-security" in answer.headers) is https


async def test_nothing_private_is_kept_by_the_browser_or_on_the_way() -> None:
    async with await Doorstep().signed_in() as browser:
        for path in ("/", "/tasks?lane=human", "/docs", "/sign-in", "/api/tasks"):
            assert (await browser.get(path)).headers["cache-control"] == "no-store", path


async def test_an_answer_that_says_how_it_may_be_kept_is_believed() -> None:
    async with Doorstep().client() as client:
        answer = await client.get(STATIC.url("app.css"))
    assert answer.headers.get_list("cache-control") == ["public, max-age=31536000, immutable"]


def test_the_policy_allows_no_inline_script_and_no_other_site() -> None:
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert policy.startswith("default-src 'none'")


async def test_no_page_needs_what_the_policy_forbids() -> None:
    doorstep = Doorstep()
    token = await doorstep.services.links.create()
    async with await doorstep.signed_in() as browser:
        for path in ("/", "/tasks?lane=human", "/docs", "/sign-in", f"/sign-in/{token}", "/nowhere"):
            page = (await browser.get(path, headers={"accept": "text/html"})).text
            assert "<style" not in page
            assert " style=" not in page
            assert " onclick=" not in page
            assert page.count("<script") == page.count('<script type="module" src="/static/') + page.count(
                '<script src="/static/'
            )
            assert HERE not in page
