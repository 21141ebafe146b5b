"""How a browser becomes the person's: a key, a one-use link, an identity provider, or, on their computer, by itself.

Nothing here knows pages; `web/sign_in.py` shows them.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from starlette.types import Scope

from task_assistant.api.addresses import Addresses, Host, loopback_peer
from task_assistant.api.auth import Keys
from task_assistant.api.browsers import browser_of
from task_assistant.api.guards import OWN_SITES, Sender
from task_assistant.api.sessions import secret_in
from task_assistant.services.provider_sign_in import NotAdmitted, ProviderSignIn, Why
from task_assistant.services.sessions import Session, Sessions, SignInLinks

# -- on the person's own computer --------------------------------------------------------------------------------------

# Whoever is behind a proxy, a tunnel or a port forwarder that says so is not known to sit at this computer.
PROXY_HEADERS = frozenset(
    {b"forwarded", b"via", b"x-real-ip", b"x-client-ip", b"true-client-ip", b"client-ip", b"x-cluster-client-ip",
     b"x-original-host", b"x-original-url", b"x-proxyuser-ip", b"x-cloud-trace-context", b"cdn-loop", b"proxy"}
)  # fmt: skip
PROXY_PREFIXES = (
    b"x-forwarded", b"cf-", b"x-amz", b"x-appengine-", b"x-envoy-", b"x-azure-", b"x-arr-", b"fastly-", b"fly-",
    b"tailscale-", b"ngrok-", b"x-vercel-", b"x-goog-",
)  # fmt: skip
# A page that is only fetched ahead of time was not opened by anybody.
PREFETCH_HEADERS = frozenset({b"sec-purpose", b"purpose", b"x-moz", b"x-purpose"})
HTTP_PORT = 80  # where a Host says none
OLD_HTTP = frozenset({"0.9", "1.0"})


class Local(Enum):
    """What a request without a session may get on the person's own computer."""

    NO = "the sign-in page"
    CONTINUE = "the sign-in page with a link to go on: another site led here, so the person says it once more"
    YES = "a session"


@dataclass(frozen=True, slots=True)
class LocalSignIn:
    """Decides whether a request is the person opening a page on the computer that runs this server.

    `auto` is LOCAL_SIGN_IN=auto. Only in local mode (PUBLIC_BASE_URL missing or on loopback).
    """

    addresses: Addresses
    auto: bool = True

    def judge(self, scope: Scope) -> Local:
        """YES only if connection, `Host`, absence of proxy headers and fetch metadata all agree."""
        if not (self.auto and self.addresses.local and self._at_this_computer(scope)):
            return Local.NO
        sender = Sender.of(scope)
        if not sender.navigates() or sender.site is None or not self._asked_for_here(sender, scope):
            return Local.NO
        return Local.YES if sender.site in OWN_SITES else Local.CONTINUE

    def _at_this_computer(self, scope: Scope) -> bool:
        """A plain GET from loopback with no sign of anything in between.

        Browsers speak at least HTTP/1.1; a forwarding proxy in its bare default configuration says 1.0 and nothing
        else about itself.
        """
        if scope["method"] != "GET" or scope.get("scheme") != "http" or scope.get("http_version") in OLD_HTTP:
            return False
        return loopback_peer(scope.get("client")) and not any(
            _tells_of_proxy(name) for name, _ in scope["headers"]
        )

    def _asked_for_here(self, sender: Sender, scope: Scope) -> bool:
        """`Host` is this server's own on this computer: no name of the network, no forwarded port."""
        host = Host.parse((sender.host or b"").decode("latin-1"))
        if host is None:
            return False
        if self.addresses.is_public(host):
            return True
        server = scope.get("server") or ("", None)
        return host.loopback and (host.port or HTTP_PORT) == server[1]


def _tells_of_proxy(name: bytes) -> bool:
    return name in PROXY_HEADERS or name in PREFETCH_HEADERS or name.startswith(PROXY_PREFIXES)


# -- by key or link ----------------------------------------------------------------------------------------------------


class TooManyAttempts(Exception):
    """This client was wrong too often; it may try again in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many attempts; try again in {retry_after} s")
        self.retry_after = retry_after


class Attempts:
    """Counts wrong sign-ins per client within a window; memory is bounded, the oldest client is forgotten first.

    A client is an IPv4 address or an IPv6 /64, which is what one household gets. `monotonic` is in seconds.
    """

    LIMIT = 10
    WINDOW = 300.0
    CLIENTS = 1_024

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._wrong: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def check(self, scope: Scope) -> None:
        """Raises TooManyAttempts while the client has used up its attempts, right ones included."""
        began, wrong = self._wrong.get(_client(scope), (0.0, 0))
        left = began + self.WINDOW - self._monotonic()
        if wrong >= self.LIMIT and left > 0:
            raise TooManyAttempts(math.ceil(left))

    def wrong(self, scope: Scope) -> None:
        """Notes a wrong attempt; the window begins with the first one."""
        client, now = _client(scope), self._monotonic()
        began, wrong = self._wrong.pop(client, (now, 0))
        if now - began >= self.WINDOW:
            began, wrong = now, 0
        self._wrong[client] = (began, wrong + 1)
        while len(self._wrong) > self.CLIENTS:
            self._wrong.popitem(last=False)


def _client(scope: Scope) -> str:
    text = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return str(text)
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class SignIn:
    """Starts and ends browser sessions. Every sign-in makes a new session and ends the one the browser brought."""

    def __init__(
        self, keys: Keys, sessions: Sessions, links: SignInLinks, addresses: Addresses, attempts: Attempts
    ) -> None:
        self._keys = keys
        self._sessions = sessions
        self._links = links
        self._addresses = addresses
        self._attempts = attempts

    async def by_key(self, scope: Scope, key: str) -> tuple[str, Session] | None:
        """A session for an owner's key, None for any other text. Raises TooManyAttempts."""
        self._attempts.check(scope)
        caller = await self._keys.authenticate(key) if key.isascii() and len(key) <= 512 else None
        if caller is None or not caller.owner:
            self._attempts.wrong(scope)
            return None
        return await self.start(scope)

    async def by_link(self, scope: Scope, token: str) -> tuple[str, Session] | None:
        """A session for a link that is unused and in time, else None. Raises TooManyAttempts."""
        self._attempts.check(scope)
        if not (token.isascii() and await self._links.consume(token)):
            self._attempts.wrong(scope)
            return None
        return await self.start(scope)

    async def by_provider(
        self, scope: Scope, provider: ProviderSignIn, ticket: str, code: str
    ) -> tuple[tuple[str, Session], str]:
        """A session for whom the provider vouches for, and the page to go on to; `ticket` has passed its check.

        Raises TooManyAttempts, NotAdmitted.
        """
        self._attempts.check(scope)
        try:
            admitted = await provider.finish(ticket, code)
        except NotAdmitted as refused:
            if refused.why is not Why.UNAVAILABLE:
                self._attempts.wrong(scope)
            raise
        return await self.start(scope, admitted.email), admitted.go_on

    async def start(self, scope: Scope, email: str = "") -> tuple[str, Session]:
        """A fresh session, whatever the browser brought: a planted or an old secret ends here (no fixation)."""
        await self.end(scope)
        return await self._sessions.start(browser_of(scope), email)

    async def end(self, scope: Scope) -> None:
        """Ends the session that the browser brought, if any."""
        brought = secret_in(scope, https=self._addresses.https)
        if brought is not None:
            await self._sessions.end(brought)
