"""What a provider publishes about itself: its endpoints (OpenID Connect Discovery) and its keys, read from it alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from task_assistant.ports.clock import Clock
from task_assistant.ports.identity import ProviderUnavailable

SECONDS = 8.0  # for one answer of the provider
MOST_BYTES = 500_000
FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=1)  # at most so often for a key that nobody knows
Transport = httpx2.AsyncBaseTransport | None


def make_client(transport: Transport = None) -> httpx2.AsyncClient:
    """A client that follows no redirect: an answer counts only from where it was asked for."""
    return httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False, transport=transport)


async def read_json(
    client: httpx2.AsyncClient, url: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object at this address. Raises ProviderUnavailable for anything else."""
    try:
        async with client.stream("GET", url, headers=headers) as answer:
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise ProviderUnavailable(f"{url} answers with too much")
            found = httpx2.Response(answer.status_code, content=bytes(body))
        document = found.json() if found.status_code == httpx2.codes.OK else None
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderUnavailable(f"{url}: {type(error).__name__} {error}") from error
    if not isinstance(document, dict):
        raise ProviderUnavailable(f"{url} answers {found.status_code} and no JSON object")
    return document


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider does what; `posts_secret` where it takes the client's secret in the form only.

    `issuer` is the provider's own spelling of its name, which may end in a slash.
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    posts_secret: bool

    @classmethod
    def of(cls, issuer: str, said: dict[str, Any]) -> Endpoints:
        """From the discovery document. Raises ProviderUnavailable if it speaks of another issuer or plain http."""
        own = said.get("issuer")
        if not isinstance(own, str) or own.rstrip("/") != issuer:
            raise ProviderUnavailable(f"the document of {issuer} speaks of {own!r}")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        found = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        for name, url in found.items():
            if not isinstance(url, str) or urlsplit(url).scheme != urlsplit(issuer).scheme:
                raise ProviderUnavailable(f"{name} of {issuer} is no address that counts: {url!r}")
        userinfo = said.get("userinfo_endpoint")
        safe = isinstance(userinfo, str) and urlsplit(userinfo).scheme == urlsplit(issuer).scheme
        return cls(
            own,
            str(found["authorization_endpoint"]),
            str(found["token_endpoint"]),
            str(found["jwks_uri"]),
            userinfo if safe else None,
            "client_secret_basic" not in methods,
        )


class Published:
    """The documents of one issuer, kept for an hour; the keys are read again for one that is not among them."""

    def __init__(self, issuer: str, clock: Clock, transport: Transport = None) -> None:
        self._issuer = issuer
        self._clock = clock
        self._transport = transport
        self._endpoints: tuple[datetime, Endpoints] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def endpoints(self) -> Endpoints:
        """Where this provider does what. Raises ProviderUnavailable."""
        now = self._clock.now()
        if self._endpoints is None or now - self._endpoints[0] > FRESH:
            async with make_client(self._transport) as client:
                said = await read_json(client, f"{self._issuer}/.well-known/openid-configuration")
            self._endpoints = now, Endpoints.of(self._issuer, said)
        return self._endpoints[1]

    async def keys(self, wanted: str | None) -> KeySet:
        """The keys that sign, with the one of that id if there is one. Raises ProviderUnavailable."""
        now = self._clock.now()
        if self._keys is not None and now - self._keys[0] <= FRESH:
            known = wanted is None or any(key.kid == wanted for key in self._keys[1].keys)
            if known or now - self._keys[0] <= AGAIN:
                return self._keys[1]
        url = (await self.endpoints()).keys
        async with make_client(self._transport) as client:
            said = await read_json(client, url)
        try:
            self._keys = now, KeySet.import_key_set({"keys": said["keys"]})
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderUnavailable(f"{url} holds no keys ({type(error).__name__})") from error
        return self._keys[1]
