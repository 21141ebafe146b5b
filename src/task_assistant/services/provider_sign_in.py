"""Signing in through an identity provider: one round trip of the browser that nobody can forge, aim or repeat.

Setting out changes nothing in the store, so strangers can fill nothing: what must come back unchanged travels as a
ticket in a cookie of that browser, and `state` is the ticket's HMAC. So a `state` that fits proves that this server
made the ticket and that the browser that comes back is the one that set out. Nonce and PKCE verifier are HMACs of
the ticket, too, and never leave the server before they are needed.
"""

from __future__ import annotations

import hmac
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from task_assistant.domain.claims import digest
from task_assistant.ports.documents import Document
from task_assistant.ports.identity import Ask, IdentityProvider, ProviderUnavailable, Unproven
from task_assistant.ports.store import ChangeSet, DocumentConflict
from task_assistant.services.desk import Desk

log = logging.getLogger("task_assistant.sign_in")
TICKET_AGE = timedelta(minutes=10)


class Why(StrEnum):
    """Why nobody was signed in."""

    FORGED = "forged"  # not this browser, not this server, or too late
    USED = "used"
    UNPROVEN = "unproven"
    UNVERIFIED = "unverified"
    NOT_LISTED = "not_listed"
    UNAVAILABLE = "unavailable"


class NotAdmitted(Exception):
    """Nobody is signed in, for the reason `why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody on the list, and the page to go on to."""

    email: str
    go_on: str


class ProviderSignIn:
    """Sends browsers to the provider and judges what they come back with. `emails` is the allow-list, in lower case."""

    def __init__(
        self, desk: Desk, provider: IdentityProvider, emails: Collection[str], redirect_uri: str
    ) -> None:
        self._desk = desk
        self._provider = provider
        self._emails = frozenset(emails)
        self.redirect_uri = redirect_uri

    @property
    def name(self) -> str:
        """What the button says after "Sign in with"."""
        return self._provider.name

    async def begin(self, go_on: str) -> tuple[str, str]:
        """Where to send the browser, and the ticket that it must bring back. Raises NotAdmitted (unavailable)."""
        issued = int(self._desk.now().timestamp())
        page = urlsafe_b64encode(go_on.encode()).decode().rstrip("=")
        ticket = f"{self._desk.secrets.token()}.{issued}.{page}"
        try:
            return await self._provider.address(self._ask(ticket)), ticket
        except ProviderUnavailable as problem:
            log.warning("the identity provider is unavailable: %s", problem)
            raise NotAdmitted(Why.UNAVAILABLE) from problem

    def _ask(self, ticket: str) -> Ask:
        derive = self._desk.secrets.derive
        return Ask(
            state=derive("login-state", ticket),
            nonce=derive("login-nonce", ticket),
            verifier=derive("login-verifier", ticket),
            redirect_uri=self.redirect_uri,
        )

    def check(self, ticket: str | None, state: str) -> str:
        """The ticket, if this server gave it to this browser lately. Raises NotAdmitted (forged)."""
        if ticket is None or not ticket.isascii() or not state.isascii():
            raise NotAdmitted(Why.FORGED)
        if not hmac.compare_digest(self._ask(ticket).state, state) or self._age(ticket) > TICKET_AGE:
            raise NotAdmitted(Why.FORGED)
        return ticket

    def _age(self, ticket: str) -> timedelta:
        issued = datetime.fromtimestamp(int(ticket.split(".")[1]), UTC)
        return self._desk.now() - issued

    async def finish(self, ticket: str, code: str) -> Admitted:
        """Whom the code speaks of; `ticket` has passed `check` and is good once. Raises NotAdmitted."""
        await self._use_up(ticket)
        try:
            identity = await self._provider.identity(self._ask(ticket), code)
        except ProviderUnavailable as problem:
            log.warning("the identity provider is unavailable: %s", problem)
            raise NotAdmitted(Why.UNAVAILABLE) from problem
        except Unproven as problem:
            log.warning("the identity provider's answer proves nothing: %s", problem)
            raise NotAdmitted(Why.UNPROVEN) from problem
        if not identity.verified:
            raise NotAdmitted(Why.UNVERIFIED)
        if identity.email not in self._emails:
            raise NotAdmitted(Why.NOT_LISTED)
        page = ticket.split(".")[2]
        return Admitted(identity.email, urlsafe_b64decode(page + "=" * (-len(page) % 4)).decode())

    async def _use_up(self, ticket: str) -> None:
        now = self._desk.now()
        used = Document("login", digest(ticket), {}, expect="absent", expires_at=now + TICKET_AGE)
        try:
            await self._desk.store.commit(ChangeSet(now, documents=(used,)))
        except DocumentConflict as conflict:
            raise NotAdmitted(Why.USED) from conflict
