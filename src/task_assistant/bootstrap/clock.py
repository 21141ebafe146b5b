"""The real clock and real secrets behind the ports."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from cryptography.fernet import Fernet, InvalidToken


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)


class SystemSecrets:
    """Secrets of the operating system, and derived ones of this installation's SESSION_SECRET_KEY."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(b"task-assistant\n" + key.encode()).digest()

    def token(self) -> str:
        """256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)

    def event_id(self, now: datetime) -> str:
        """Milliseconds since 1970 in hex, then 64 random bits: unique, and in the order of time."""
        return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(8)}"

    def derive(self, purpose: str, *parts: object) -> str:
        """HMAC-SHA256 of purpose and parts, URL-safe."""
        said = "\n".join((purpose, *map(str, parts)))
        return urlsafe_b64encode(hmac.digest(self._key, said.encode(), "sha256")).decode().rstrip("=")

    def seal(self, purpose: str, text: str) -> str:
        """Fernet (AES-128-CBC and HMAC-SHA256) with a key of its own for each purpose."""
        return self._box(purpose).encrypt(text.encode()).decode()

    def unseal(self, purpose: str, sealed: str) -> str:
        """The text again. Raises ValueError."""
        try:
            return self._box(purpose).decrypt(sealed).decode()
        except InvalidToken as wrong:
            raise ValueError("this was not sealed here; was SESSION_SECRET_KEY changed since?") from wrong

    def _box(self, purpose: str) -> Fernet:
        return Fernet(urlsafe_b64encode(hmac.digest(self._key, f"seal\n{purpose}".encode(), "sha256")))
