"""A foreign `Host` is 421 and never a redirect: that is what stops DNS rebinding."""

from __future__ import annotations

import httpx
import pytest

from task_assistant.api.addresses import Addresses, Host
from tests.web.doorstep import KEY, TYPED, Doorstep

LOCAL = Addresses.of()
LAN = Addresses.of(allowed_hosts=("tasks.lan", "192.168.1.20", "[fd00::1]:8000", "pinned.lan:8443"))
HOSTED = Addresses.of(local=False, public_base_url="https://tasks.example.org")
HOSTED_ON_A_PORT = Addresses.of(local=False, public_base_url="http://tasks.example.org:8080")
LOCAL_NAMED = Addresses.of(public_base_url="http://tasks.localhost:8000")


@pytest.mark.parametrize(
    ("addresses", "host"),
    [
        (LOCAL, "localhost"),
        (LOCAL, "localhost:8000"),
        (LOCAL, "LOCALHOST:8000"),
        (LOCAL, "127.0.0.1:8000"),
        (LOCAL, "localhost:9000"),  # a forwarded port is still this computer's name
        (LOCAL, "[::1]:8000"),
        (LAN, "tasks.lan"),
        (LAN, "tasks.lan:8000"),
        (LAN, "192.168.1.20:8000"),
        (LAN, "[fd00::1]:8000"),
        (LAN, "pinned.lan:8443"),
        (LAN, "localhost:8000"),
        (HOSTED, "tasks.example.org"),
        (HOSTED, "Tasks.Example.org:443"),
        (HOSTED_ON_A_PORT, "tasks.example.org:8080"),
        (LOCAL_NAMED, "tasks.localhost:8000"),
        (LOCAL_NAMED, "localhost:8000"),
    ],
)
async def test_its_own_names_reach_the_server(addresses: Addresses, host: str) -> None:
    async with Doorstep(addresses).client() as client:
        answer = await client.get("/api/tasks", headers={"host": host, "authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200


FOREIGN = [
    (LOCAL, "evil.example"),
    (LOCAL, "evil.example:8000"),
    (LOCAL, "localhost.evil.example:8000"),
    (LOCAL, "127.0.0.1.nip.io:8000"),
    (LOCAL, "localhost."),
    (LOCAL, "localhost:8000@evil.example"),
    (LOCAL, "evil.example#localhost:8000"),
    (LOCAL, "localhost:8000, evil.example"),
    (LOCAL, "localhost:99999"),
    (LOCAL, "localhost:"),
    (LOCAL, "192.168.1.20:8000"),
    (LOCAL, "0.0.0.0:8000"),
    (LOCAL, "tasks.localhost:8000"),
    (LOCAL, ""),
    (LAN, "other.lan"),
    (LAN, "[fd00::1]:9000"),
    (LAN, "pinned.lan"),
    (HOSTED, "localhost:8000"),
    (HOSTED, "127.0.0.1"),
    (HOSTED, "example.org"),
    (HOSTED, "tasks.example.org:8000"),
    (HOSTED, "tasks.example.org.evil.example"),
    (HOSTED_ON_A_PORT, "tasks.example.org"),
]


@pytest.mark.parametrize(("addresses", "host"), FOREIGN)
async def test_any_other_name_is_421_whatever_is_asked_for_and_with_whatever_key(
    addresses: Addresses, host: str
) -> None:
    async with Doorstep(addresses).client() as client:
        headers = {"host": host, "authorization": f"Bearer {KEY}", **TYPED}
        for path in ("/", "/api/tasks", "/sign-in", "/docs", "/openapi.json", "/nowhere"):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 421, path
            assert answer.json()["code"] == "foreign_host"
            assert "location" not in answer.headers
            assert "set-cookie" not in answer.headers


async def test_a_browser_reads_why_on_a_page() -> None:
    async with Doorstep().client() as client:
        answer = await client.get("/", headers={"host": "evil.example", "accept": "text/html", **TYPED})
    assert answer.status_code == 421
    assert answer.headers["content-type"].startswith("text/html")
    assert "ALLOWED_HOSTS" in answer.text


async def test_a_host_sent_twice_names_nothing() -> None:
    async with Doorstep().client() as client:
        request = client.build_request("GET", "/api/tasks", headers={"authorization": f"Bearer {KEY}"})
        request.headers = httpx.Headers([*request.headers.raw, (b"host", b"localhost:8000")])
        answer = await client.send(request)
    assert answer.status_code == 421


async def test_a_post_to_a_foreign_name_changes_nothing_and_is_421_too() -> None:
    async with Doorstep().client() as client:
        answer = await client.post("/sign-in", data={"key": KEY}, headers={"host": "evil.example:8000"})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz"])
async def test_probes_that_know_only_an_address_are_answered(path: str) -> None:
    async with Doorstep().client() as client:
        assert (await client.get(path, headers={"host": "10.0.0.7:8000"})).status_code == 200


async def test_many_invented_names_are_all_refused_and_not_all_remembered() -> None:
    addresses = Addresses.of()
    verdicts = {addresses.knows(f"evil-{n}.example".encode()) for n in range(2_000)}
    assert verdicts == {False}
    assert addresses.knows(b"localhost:8000")
    assert len(addresses._verdicts) <= 256


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"allowed_hosts": ("http://tasks.lan",)}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ("*",)}, "ALLOWED_HOSTS"),
        ({"allowed_hosts": ("tasks lan",)}, "ALLOWED_HOSTS"),
        ({"public_base_url": "tasks.example.org"}, "PUBLIC_BASE_URL"),
        ({"public_base_url": "ftp://tasks.example.org"}, "PUBLIC_BASE_URL"),
        ({"public_base_url": "https://user@tasks.example.org"}, "PUBLIC_BASE_URL"),
    ],
)
def test_a_setting_that_is_no_name_is_refused_by_name(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Addresses.of(**settings)  # type: ignore[arg-type]


def test_a_host_is_a_name_and_a_port() -> None:
    assert Host.parse("[::1]:8000") == Host("[::1]", 8000)
    assert Host.parse("Tasks.LAN") == Host("tasks.lan")
