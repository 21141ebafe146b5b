"""Which addresses are spoken to, and that a checked address is the one that is connected to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_network

import pytest

from task_assistant.domain.webhooks import AddressRefused, check_addresses, target
from task_assistant.notify.webhook_poster import WebhookPoster
from tests.notify.receiver import Received, receiving, status

HERE_ALONE = (ip_network("127.0.0.1/32"),)
INWARD = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:c0a8:101::1", "2001:db8::1", "fec0::1", "64:ff9b:1::7f00:1",
    "::127.0.0.1",
]  # fmt: skip


def redirecting(location: str, _: Received) -> bytes:
    return status(307, Location=location)


def answering(answer: bytes | None, _: Received) -> bytes | None:
    return answer


@pytest.mark.parametrize("address", INWARD)
def test_no_inward_address_is_allowed(address: str) -> None:
    with pytest.raises(AddressRefused, match="WEBHOOK_ALLOWED_NETWORKS"):
        check_addresses([address], ())
    with pytest.raises(AddressRefused):
        check_addresses(["93.184.216.34", address], ())


def test_public_and_allowed_addresses_are() -> None:
    assert check_addresses(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"], ()) == "93.184.216.34"
    assert check_addresses(["192.168.1.7"], (ip_network("192.168.1.0/24"),)) == "192.168.1.7"
    with pytest.raises(AddressRefused):
        check_addresses([], ())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org", "file:///etc/passwd", "//example.org", "https://", "https://user:pw@example.org/",
        "https://example.org:99999/", "https://example.org:0/", "http://[::1", "https://exämple.org/",
        "https://example.org/a b", "https://example.org/\r\nX: y", "https://example.org/" + "x" * 2_048,
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        target(url)


@pytest.mark.parametrize("address", INWARD)
def test_an_inward_address_is_told_of_before_anything_is_sent(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        WebhookPoster().check(f"https://{host}/hook")


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost.", "pta.localhost", "127.1", "2130706433", "0x7f.0.0.1"]
)
def test_other_ways_to_write_this_machine_are_known(host: str) -> None:
    with pytest.raises(AddressRefused, match="WEBHOOK_ALLOWED_NETWORKS"):
        WebhookPoster().check(f"http://{host}:8080/")
    WebhookPoster(HERE_ALONE).check(f"http://{host}:8080/")


@pytest.mark.parametrize("host", ["hooks..example.org", "a" * 64 + ".example.org"])
def test_a_host_that_there_cannot_be_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused, match="no host"):
        WebhookPoster().check(f"https://{host}/")


@pytest.mark.parametrize("host", ["93.184.216.34", "hook.internal", "localhost.example.org"])
def test_names_wait_for_the_moment_of_sending(host: str) -> None:
    WebhookPoster().check(f"https://{host}/")


async def test_a_name_that_changes_after_the_check_changes_nothing() -> None:
    """DNS rebinding: the first answer is allowed, every later one leads inward; it is asked once a request."""
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with receiving() as receiver:
        poster = WebhookPoster(HERE_ALONE, timeout=10, resolve=rebinding)
        url = f"http://hook.example:{receiver.port}/a?b=c"
        assert (await poster.post(url, {"X-Test": "1"}, b"{}")).taken
        refused = await poster.post(url, {}, b"{}")
    assert asked == ["hook.example"] * 2
    assert not refused.taken
    assert "127.0.0.2, which is no public address" in refused.why
    [got] = receiver.got
    assert (got.path, got.headers["host"], got.body) == ("/a?b=c", f"hook.example:{receiver.port}", b"{}")


async def test_redirects_are_checked_followed_a_few_times_and_only_where_they_keep_the_method() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return [host]

    poster = WebhookPoster(HERE_ALONE, timeout=10, resolve=resolve)
    async with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        receiver.answer = lambda got: status(204) if got.path == "/new" else status(308, Location="/new")
        assert (await poster.post(url, {}, b"x")).taken
        assert [got.body for got in receiver.got] == [b"x", b"x"]
        receiver.answer = lambda _: status(307, Location=url)
        assert (await poster.post(url, {}, b"x")).why == "more than 3 redirects"
        for inward in ("http://127.0.0.2:1/", "http://10.0.0.1/", "file:///etc/passwd", "http://[::1]/"):
            receiver.answer = partial(redirecting, inward)
            assert (await poster.post(url, {}, b"x")).status is None
        receiver.answer = lambda _: status(302, Location="/new")
        assert (await poster.post(url, {}, b"x")).status == 302


async def test_whatever_the_receiver_does_the_request_ends() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return [host]

    poster = WebhookPoster(HERE_ALONE, timeout=0.2, resolve=resolve)
    async with receiving() as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        answers: list[bytes | None] = [
            None,
            b"",
            b"nonsense\r\n\r\n",
            b"x" * 100_000,
            b"HTTP/1.1 abc\r\n\r\n",
        ]
        for answer in answers:
            receiver.answer = partial(answering, answer)
            posted = await poster.post(url, {}, b"x" * 200_000)
            assert posted.status is None
            assert posted.why
    patient = WebhookPoster(HERE_ALONE, timeout=10, resolve=resolve)
    assert (await patient.post(url, {}, b"x")).why == "no connection: ConnectionRefusedError"
    assert not (await patient.post(f"https://127.0.0.1:{receiver.port}/", {}, b"x")).taken


async def test_a_slow_name_service_counts_as_no_answer() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    posted = await WebhookPoster(timeout=0.05, resolve=never).post("https://example.org/", {}, b"")
    assert posted.why == "no answer within 0.05 s"
