"""Who somebody is, as a provider says that both sides trust (OpenID Connect)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the provider. What ties its answer to this question is secret until then.

    `state` comes back with the browser, `nonce` inside the signed answer; `verifier` proves to the provider that
    whoever redeems the code is whoever asked (PKCE, RFC 7636). `redirect_uri` is where the browser comes back to.
    """

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody's address, in lower case, and whether the provider says that it is theirs."""

    email: str
    verified: bool


class ProviderUnavailable(Exception):
    """The provider cannot be reached or answers nonsense; the message is for the log."""


class Unproven(Exception):
    """What the provider answered does not prove who it is; the message is for the log and holds no secret."""


class IdentityProvider(Protocol):
    """One provider; `name` is what its button says."""

    name: str

    async def address(self, ask: Ask) -> str:
        """Where the browser goes to be asked. Raises ProviderUnavailable."""

    async def identity(self, ask: Ask, code: str) -> Identity:
        """Who the code, which is good once, speaks of. Raises ProviderUnavailable, Unproven."""
