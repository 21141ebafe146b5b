"""Who is behind a reverse proxy: `X-Forwarded-For` counts only as far as proxies that the settings name wrote it.

Each proxy appends the address that connected to it, so the list is read from its end: what a stranger wrote into the
header stands before the first address that a trusted proxy saw, and is never reached.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
HEADER = b"x-forwarded-for"
BELIEVED = "pta.proxy_believed"  # in the scope of a request that came from a proxy which the settings name
UNKNOWN = (
    "a request says that a proxy forwarded it, but comes from none that TRUSTED_PROXIES names, so it is not believed. "
    "If there is a proxy in front, set TRUSTED_PROXIES to its address: until then all who come through it count as "
    "one visitor, and ten wrong sign-ins of a stranger lock you out too. This is said once."
)
log = logging.getLogger(__name__)


class BehindProxies:
    """ASGI middleware: puts the client's own address in `scope["client"]`. `proxies` None: whoever connects is one."""

    def __init__(self, app: ASGIApp, *, proxies: Sequence[Network] | None) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] == "http" and scope.get("client"):
            peer = str(scope["client"][0])
            scope[BELIEVED] = self._proxies is None or _among(peer, self._proxies)
            found = client_of(peer, _forwarded(scope), self._proxies)
            if found != peer:
                scope["client"] = (found, 0)
        await self._app(scope, receive, send)


class NoticesUnknownProxies:
    """ASGI middleware inside of BehindProxies, if that is there: warns once of a proxy that the settings do not name.

    Nothing of the request gets into the log.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if not self._said and scope["type"] == "http" and _forwarded(scope) and not scope.get(BELIEVED):
            self._said = True
            log.warning(UNKNOWN)
        await self._app(scope, receive, send)


def client_of(peer: str, forwarded: Sequence[str], proxies: Sequence[Network] | None) -> str:
    """The address of whoever sent a request that came from `peer` with these forwarded addresses, first to last.

    With `proxies` None only the last one counts: one front end, which nothing can go around.
    """
    if proxies is None:
        return str(_address(forwarded[-1]) or peer) if forwarded else peer
    client = peer
    for text in reversed(forwarded):
        if not _among(client, proxies):
            break
        address = _address(text)
        if address is None:
            break
        client = str(address)
    return client


def _among(text: str, proxies: Sequence[Network]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in proxies)


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, in brackets, or with a port behind it."""
    bare = text.strip().removeprefix("[").partition("]")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _forwarded(scope: Scope) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == HEADER]
    return ",".join(values).split(",") if values else []
