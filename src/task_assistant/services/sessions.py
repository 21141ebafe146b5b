"""Signed-in browsers and the one-use links that sign them in. Secrets are kept as SHA-256; both end by themselves.

A session's secret is a random token and its signature by SESSION_SECRET_KEY: whoever can write to the store, but does
not have that key, still cannot make a session, and a new key ends them all.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from task_assistant.domain.claims import digest
from task_assistant.domain.errors import NotFound
from task_assistant.domain.plain import to_plain
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk

SESSION_AGE = timedelta(days=30)
LINK_AGE = timedelta(minutes=15)
NAME_LENGTH = 16  # characters of the hash that name a session


@dataclass(frozen=True, slots=True)
class Session:
    """A live session; `id` is a stable name that is no secret, `csrf_token` is bound to it."""

    id: str
    csrf_token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A live session as the person sees it among others; `browser` says in words what signed in, "" if nobody knows.

    `email` is the address that the identity provider vouched for, "" for any other way in.
    """

    id: str
    browser: str
    started_at: datetime
    expires_at: datetime
    email: str = ""


class Sessions:
    """Starts, finds and ends browser sessions, which are all the person's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, browser: str = "", email: str = "") -> tuple[str, Session]:
        """A new session and its secret, which is told this once."""
        secret, now = self._signed(self._desk.secrets.token()), self._desk.now()
        session = self._session(secret, now + SESSION_AGE)
        data = {"started_at": to_plain(now), "browser": browser, "email": email}
        document = Document("session", digest(secret), data, expires_at=session.expires_at)
        await self._desk.store.commit(ChangeSet(now, documents=(document,)))
        return secret, session

    def _signed(self, token: str) -> str:
        return f"{token}.{self._desk.secrets.derive('session', token)}"

    def _session(self, secret: str, expires_at: datetime) -> Session:
        return Session(digest(secret)[:NAME_LENGTH], self._desk.secrets.derive("csrf", secret), expires_at)

    async def find(self, secret: str) -> Session | None:
        """The live session with this secret; None once it has ended or grown too old, or for a wrong signature."""
        if not hmac.compare_digest(self._signed(secret.partition(".")[0]).encode(), secret.encode()):
            return None
        document = await self._desk.store.document("session", digest(secret), self._desk.now())
        if document is None or document.expires_at is None:
            return None
        return self._session(secret, document.expires_at)

    async def all(self) -> list[Opened]:
        """Every live session, the newest first."""
        found = await self._desk.store.documents("session", self._desk.now())
        return sorted(map(_opened, found), key=lambda each: (each.started_at, each.id), reverse=True)

    async def end_by_id(self, *ids: str) -> None:
        """Ends sessions by the names that are no secrets, in one commit. Raises NotFound when none of them is live."""
        found = await self._desk.store.documents("session", self._desk.now())
        gone = [Document("session", each.key, None) for each in found if each.key[:NAME_LENGTH] in ids]
        if not gone:
            raise NotFound("session", ", ".join(ids))
        await self._desk.store.commit(ChangeSet(self._desk.now(), documents=tuple(gone)))

    async def end_unlisted(self, emails: Collection[str]) -> None:
        """Ends the sessions of everybody whom a provider signed in and who is no longer among `emails`."""
        unlisted = [each.id for each in await self.all() if each.email and each.email not in emails]
        if unlisted:
            await self.end_by_id(*unlisted)

    async def end(self, secret: str) -> None:
        """Ends it for good; unknown secrets are fine."""
        document = Document("session", digest(secret), None)
        await self._desk.store.commit(ChangeSet(self._desk.now(), documents=(document,)))


def _opened(document: Document) -> Opened:
    data, end = document.data or {}, document.expires_at
    started = from_text(data["started_at"])
    return Opened(
        document.key[:NAME_LENGTH],
        data.get("browser", ""),
        started,
        end or started + SESSION_AGE,
        data.get("email", ""),
    )


class SignInLinks:
    """One-use links: random, good for 15 minutes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self) -> str:
        """The token of a new link, told this once."""
        token, now = self._desk.secrets.token(), self._desk.now()
        link = Document("sign_in_link", digest(token), {}, expires_at=now + LINK_AGE)
        await self._desk.store.commit(ChangeSet(now, documents=(link,)))
        return token

    async def consume(self, token: str) -> bool:
        """True for the first use in time; False ever after, and for unknown tokens."""
        used = Document("sign_in_link", digest(token), None, expect="present")
        try:
            await self._desk.store.commit(ChangeSet(self._desk.now(), documents=(used,)))
        except DocumentConflict:
            return False
        return True
