"""Who calls, and whether they may: asked before anything else of a request is looked at.

How routes use it
    @allow(Role.OWNER, action="mint keys")
    async def create_key(...): ...

`allow` only notes the roles on the endpoint. The contract route evaluates the note before it reads the body, parses
the path or looks for the task, because a 403 must not depend on any of them:

    access = access_of(endpoint)            # when the route is made: an endpoint without a note is a TypeError
    caller = await gate.admit(scope, access)  # for each request, first of all; raises NotSignedIn or RoleForbidden

A FastAPI dependency would not do: FastAPI solves dependencies together with body validation, so a wrong role with a
wrong body would be answered 422.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from starlette.types import Scope

from task_assistant.api import guards, sessions
from task_assistant.api.addresses import Addresses
from task_assistant.domain.errors import NotSignedIn, RoleForbidden
from task_assistant.domain.roles import Caller, Role
from task_assistant.services.sessions import Session, Sessions

# A key is printable ASCII without spaces: wider than RFC 6750's b64token, because the person may choose
# TASK_TRACKER_API_KEY. Longer than any key of ours; nobody hashes megabytes for a stranger.
_KEY = re.compile(r"[\x21-\x7e]{1,512}")

EVERYONE = (Role.OWNER, Role.AGENT, Role.ADAPTER, Role.READER)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Keys(Protocol):
    """The use case behind bearer keys (`services.keys`)."""

    async def authenticate(self, secret: str) -> Caller | None:
        """Who holds this key; None for an unknown, revoked or ended one."""


@dataclass(frozen=True, slots=True)
class Access:
    """Which roles an endpoint is for, and the words for those it is not for: "may not {action}; {advice}"."""

    roles: frozenset[Role]
    action: str
    advice: str
    triage: bool = False

    def check(self, caller: Caller) -> None:
        """Raises RoleForbidden unless the role is among the roles, and an agent's key may triage where it must."""
        lacking = self.triage and caller.role is Role.AGENT and not caller.may_triage
        if caller.role not in self.roles or lacking:
            raise RoleForbidden(caller.role.value, self.action, self.advice)


def allow(
    *roles: Role, action: str, advice: str = "ask the person to do it", triage: bool = False
) -> Callable[[Endpoint], Endpoint]:
    """Notes on an endpoint which roles may call it (an agent's key with `triage` only if it may triage)."""
    access = Access(frozenset(roles), action, advice, triage)

    def note(endpoint: Endpoint) -> Endpoint:
        endpoint.__access__ = access  # type: ignore[attr-defined]  # functions take attributes
        return endpoint

    return note


def access_of(endpoint: Callable[..., Any]) -> Access:
    """The note that `allow` left. Raises TypeError without one, so that no endpoint is open by forgetting."""
    access = getattr(endpoint, "__access__", None)
    if not isinstance(access, Access):
        raise TypeError(f"{endpoint.__qualname__} does not say who may call it: decorate it with @allow(…)")
    return access


def bearer(scope: Scope) -> str | None:
    """The key in the Authorization header, None without such a header.

    Raises NotSignedIn for any other scheme, two headers, or a key that no key of ours can be (non-ASCII, spaces).
    """
    value = sessions.header(scope, b"authorization")
    if value is None:
        return None
    scheme, _, key = value.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not _KEY.fullmatch(key.strip(" ")):
        raise NotSignedIn
    return key.strip(" ")


def _by_command_line(scope: Scope) -> bool:
    """What the program says of itself: good enough for the history, never for a right."""
    name = sessions.header(scope, b"user-agent") or b""
    return name == b"pta" or name.startswith(b"pta/")


class Gate:
    """The one door of the JSON API: a key or a signed-in browser, else 401. It never signs anybody in."""

    def __init__(self, keys: Keys, sessions: Sessions, addresses: Addresses) -> None:
        self._keys = keys
        self._sessions = sessions
        self._addresses = addresses

    async def admit(self, scope: Scope, access: Access) -> Caller:
        """The caller, if it is one and may. Raises NotSignedIn, RoleForbidden or guards.Refused."""
        caller = await self.caller(scope)
        access.check(caller)
        return caller

    async def caller(self, scope: Scope) -> Caller:
        """Who calls. A key, where one is sent, decides alone: a wrong one is not saved by a session beside it."""
        key = bearer(scope)
        if key is None:
            return sessions.caller_of(await self._session(scope))
        caller = await self._keys.authenticate(key)
        if caller is None:
            raise NotSignedIn
        return replace(caller, via="cli") if _by_command_line(scope) else caller

    async def _session(self, scope: Scope) -> Session:
        secret = sessions.secret_in(scope, https=self._addresses.https)
        session = await self._sessions.find(secret) if secret else None
        if session is None:
            raise NotSignedIn
        if scope["method"] not in guards.SAFE_METHODS:
            self._prove(scope, session)
        return session

    def _prove(self, scope: Scope, session: Session) -> None:
        """A change by session needs both: the browser's word for our own page, and the session's token."""
        if not guards.sent_by_own_page(guards.Sender.of(scope), self._addresses):
            raise guards.Refused(guards.FOREIGN_PAGE)
        token = sessions.header(scope, b"x-csrf-token") or b""
        if not sessions.csrf_matches(session, token.decode("latin-1")):
            raise guards.Refused(guards.CSRF_TOKEN)


class EnvironmentKey:
    """Adds the owner key of TASK_TRACKER_API_KEY to the stored keys, so that the seed's commands just work."""

    def __init__(self, secret: str | None, stored: Keys) -> None:
        # A digest, so that the comparison takes the same time for texts of any length. Plain SHA-256 is right for
        # random secrets; this one, which a person may have chosen, is stored nowhere, so that nobody can try words
        # against the digest.
        self._digest = hashlib.sha256(secret.encode()).digest() if secret else None
        self._stored = stored
        self._owner = Caller(Role.OWNER, "environment", "key:environment")

    async def authenticate(self, secret: str) -> Caller | None:
        """The owner for the environment's key, else whoever holds the stored key."""
        if self._digest is not None:
            given = hashlib.sha256(secret.encode()).digest()
            if secrets.compare_digest(given, self._digest):
                return self._owner
        return await self._stored.authenticate(secret)
