"""Whose address counts behind a reverse proxy: what a trusted proxy saw, never what a stranger wrote."""

from __future__ import annotations

import ipaddress

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from task_assistant.api.proxies import BehindProxies, client_of
from tests.api.server import HERE, Server

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.2", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.2", ["198.51.100.1", " 203.0.113.5"], "203.0.113.5"),
        ("10.0.0.2", ["203.0.113.5", "10.1.1.1"], "203.0.113.5"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["nonsense"], "10.0.0.2"),
        ("10.0.0.2", ["198.51.100.1", "nonsense"], "10.0.0.2"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.2", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("10.0.0.2", ["203.0.113.5:61234"], "203.0.113.5"),
        ("::ffff:10.0.0.2", ["203.0.113.5"], "203.0.113.5"),
    ],
)
def test_the_client_is_the_last_address_that_a_trusted_proxy_saw(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_of(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (["198.51.100.1", "203.0.113.5"], "203.0.113.5"),
        ([], "169.254.1.1"),
        (["nonsense"], "169.254.1.1"),
    ],
)
def test_behind_a_front_end_that_nothing_can_go_around_the_last_address_counts(
    forwarded: list[str], client: str
) -> None:
    assert client_of("169.254.1.1", forwarded, None) == client


async def test_the_address_reaches_the_app() -> None:
    seen: list[object] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["client"])

    headers = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.5")]
    scope = {"type": "http", "client": ("10.0.0.2", 40_000), "headers": headers}
    await BehindProxies(app, proxies=PROXIES)(scope, None, None)  # type: ignore[arg-type]
    assert seen == [("203.0.113.5", 0)]


@pytest.mark.parametrize("proxies", [(), (ipaddress.ip_network("192.0.2.0/24"),)])
async def test_a_proxy_that_no_setting_names_is_told_of_once_and_without_a_word_of_the_request(
    server: Server, caplog: pytest.LogCaptureFixture, proxies: tuple[ipaddress.IPv4Network, ...]
) -> None:
    transport = httpx.ASGITransport(BehindProxies(server.asgi, proxies=proxies), client=("10.0.0.2", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        await browser.get("/healthz")
        assert not caplog.records
        for _ in range(2):
            await browser.get("/healthz", headers={"X-Forwarded-For": "203.0.113.5"})
    [told] = [record.getMessage() for record in caplog.records]
    assert "TRUSTED_PROXIES" in told
    assert "203.0.113.5" not in told
    assert "10.0.0.2" not in told


@pytest.mark.parametrize("proxies", [None, PROXIES])
async def test_a_proxy_that_is_named_is_no_news(
    server: Server, caplog: pytest.LogCaptureFixture, proxies: tuple[ipaddress.IPv4Network, ...] | None
) -> None:
    transport = httpx.ASGITransport(BehindProxies(server.asgi, proxies=proxies), client=("10.0.0.2", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        await browser.get("/healthz", headers={"X-Forwarded-For": "203.0.113.5"})
    assert not caplog.records
