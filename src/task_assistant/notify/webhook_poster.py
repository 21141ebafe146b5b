"""One HTTP/1.1 request over a connection to an address that was checked, and to no other.

A name is resolved once, the addresses are checked, and the connection goes to the one that was checked, while TLS and
`Host` speak of the name: so a name that changes between check and connection (DNS rebinding) changes nothing. Every
redirect goes through the same check. HTTP libraries resolve names by themselves; hence these few lines.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from task_assistant.domain.webhooks import AddressRefused, Network, Target, check_addresses, target
from task_assistant.ports.poster import Posted

TIMEOUT = 10.0  # seconds for everything: name, connection, answer, redirects
REDIRECTS = 3
FOLLOWED = (307, 308)  # those that keep the method
LOOPBACK = "127.0.0.1"
HEAD_MOST = 16_384  # bytes of an answer's head; its body is not read
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver knows of."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)  # SOCK_STREAM
    return [str(entry[4][0]) for entry in found]


class WebhookPoster:
    """`allowed` are networks beyond the public ones that may be spoken to."""

    def __init__(
        self, allowed: Sequence[Network] = (), *, timeout: float = TIMEOUT, resolve: Resolve = system_resolver
    ) -> None:
        self._allowed, self._timeout, self._resolve = tuple(allowed), timeout, resolve
        self._tls = ssl.create_default_context()

    def check(self, url: str) -> None:
        """See the port."""
        if found := _without_asking(target(url).host):
            check_addresses(found, self._allowed)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """The answer's status, or why there is none."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(url, headers, body)
        except TimeoutError:
            return Posted(None, f"no answer within {self._timeout:g} s")
        except AddressRefused as refused:
            return Posted(None, f"the address {refused}")
        except ssl.SSLError as problem:
            return Posted(None, f"TLS failed: {problem.reason or 'no certificate that we trust'}")
        except (OSError, EOFError) as problem:
            return Posted(None, f"no connection: {type(problem).__name__}")
        except ValueError:
            return Posted(None, "the answer was no HTTP")

    async def _follow(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        for _ in range(REDIRECTS + 1):
            status, answered = await self._once(target(url), headers, body)
            if status not in FOLLOWED or "location" not in answered:
                after = answered.get("retry-after", "")
                return Posted(
                    status, f"answered {status}", int(after) if after.isascii() and after.isdigit() else None
                )
            url = urljoin(url, answered["location"])
        return Posted(None, f"more than {REDIRECTS} redirects")

    async def _once(self, to: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        address = check_addresses(await self._resolve(to.host, to.port), self._allowed)
        tls: dict[str, Any] = {"ssl": self._tls, "server_hostname": to.host} if to.secure else {}
        reader, writer = await asyncio.open_connection(address, to.port, limit=HEAD_MOST, **tls)
        try:
            writer.write(_request(to, headers, body))
            await writer.drain()
            return _answer(await reader.readuntil(b"\r\n\r\n"))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
            raise ValueError("no head of an answer") from problem
        finally:
            writer.transport.abort()  # the rest of the answer is nobody's business


def _without_asking(host: str) -> list[str]:
    """The addresses of a host, in any notation, that needs no name server; none for a name that does."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return [LOOPBACK]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return []
    except UnicodeError as problem:  # an empty part, or one of more than 63 letters
        raise AddressRefused("names no host that there can be") from problem
    return [str(entry[4][0]) for entry in found]


def _request(to: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {to.path} HTTP/1.1", f"Host: {to.named}", f"Content-Length: {len(body)}"]
    lines += ["Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _answer(head: bytes) -> tuple[int, dict[str, str]]:
    """Status and headers. Raises ValueError for what is no answer."""
    first, *lines = head.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()) or int(code) < 200:
        raise ValueError("no final answer")
    pairs = (line.partition(":") for line in lines if line)
    return int(code), {name.strip().lower(): value.strip() for name, _, value in pairs}
