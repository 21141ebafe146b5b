"""Where time and randomness come from, so that rules and tests never read them by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """The current time in UTC, aware, to the microsecond."""


class Secrets(Protocol):
    """Unguessable and unique texts."""

    def token(self) -> str:
        """At least 256 random bits, URL-safe."""

    def event_id(self, now: datetime) -> str:
        """Unique, and sorting by time, so that an index on it grows at its end."""

    def derive(self, purpose: str, *parts: object) -> str:
        """The same secret for the same arguments on this installation (HMAC): lets answers be rebuilt, not kept."""

    def seal(self, purpose: str, text: str) -> str:
        """The text encrypted, so that it may be kept; only this installation opens it, for the same purpose."""

    def unseal(self, purpose: str, sealed: str) -> str:
        """The text again. Raises ValueError when it was sealed elsewhere, for another purpose, or altered."""
