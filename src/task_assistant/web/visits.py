"""Who opens a page: a signed-in browser, or, on the person's own computer, a browser that this signs in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request

from task_assistant.api.addresses import Addresses
from task_assistant.api.sessions import caller_of, secret_in, set_cookie
from task_assistant.api.sign_in import Local, LocalSignIn, SignIn
from task_assistant.domain.roles import Caller
from task_assistant.ports.clock import Clock
from task_assistant.services.preferences import PreferenceBook, Preferences
from task_assistant.services.sessions import Session, Sessions
from task_assistant.web.owner_label import call_agents

ZONE_COOKIE = "pta_zone"  # set by static/zone.js; only says how to word times


@dataclass(frozen=True, slots=True)
class Visit:
    """One page view or action by the person. `cookie` is the Set-Cookie of a session that began with it.

    `acting` is the person with the id and mark of the request, while it changes something.
    """

    session: Session
    zone: tzinfo
    cookie: str | None = None
    acting: Caller | None = None
    preferences: Preferences = field(default_factory=Preferences)

    @property
    def caller(self) -> Caller:
        """The person, by their browser."""
        return self.acting or caller_of(self.session)


@dataclass(frozen=True, slots=True)
class Door:
    """Finds or starts the session of a page view."""

    addresses: Addresses
    sessions: Sessions
    sign_in: SignIn
    local: LocalSignIn
    clock: Clock
    zone: tzinfo
    book: PreferenceBook

    async def visit(self, request: Request) -> Visit | None:
        """The visit, None if the browser must sign in first."""
        preferences = await self.book.read()
        call_agents(preferences.agents)
        zone = self._zone(request, preferences)
        secret = secret_in(request.scope, https=self.addresses.https)
        session = await self.sessions.find(secret) if secret else None
        if session is not None:
            return Visit(session, zone, preferences=preferences)
        if self.local.judge(request.scope) is not Local.YES:
            return None
        secret, session = await self.sign_in.start(request.scope)
        return Visit(session, zone, self.cookie(request, secret, session), preferences=preferences)

    def cookie(self, request: Request, secret: str, session: Session) -> str:
        """The Set-Cookie value that lives as long as the session."""
        left = session.expires_at - self.clock.now()
        return set_cookie(request.scope, secret, int(left.total_seconds()), https=self.addresses.https)

    def _zone(self, request: Request, preferences: Preferences) -> tzinfo:
        """The zone that the person chose, else the browser's, else the server's."""
        told = unquote(request.cookies.get(ZONE_COOKIE, ""))
        return known_zone(preferences.zone) or known_zone(told) or self.zone


@lru_cache(maxsize=64)
def known_zone(name: str) -> ZoneInfo | None:
    """The time zone of that IANA name, None for anything else; the name comes from a browser and may be anything."""
    try:
        return ZoneInfo(name) if 0 < len(name) <= 64 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
