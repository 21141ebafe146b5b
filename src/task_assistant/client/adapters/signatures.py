"""Signatures of webhooks: a scheme checks what arrives and signs what a test sends. Comparing takes constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from task_assistant.client.adapters.configuration import Configuration
from task_assistant.client.adapters.delivery import Delivery
from task_assistant.client.adapters.trouble import BadSignature

TOLERANCE: Final = 300.0  # seconds between a signed time stamp and our clock


class Signature(Protocol):
    """A way in which a source proves that a delivery is its own."""

    def check(self, delivery: Delivery, config: Configuration, now: datetime) -> None:
        """Raises BadSignature."""
        ...

    def sign(self, body: bytes, config: Configuration, now: datetime) -> dict[str, str]:
        """The headers with which the source would send the body."""
        ...


@dataclass(frozen=True, slots=True)
class Hmac:
    """An HMAC of the raw body in a header: hexadecimal after a prefix, or base64.

    `secret` is the name of the setting; `after_body` that of a setting whose value is signed behind the body (Trello).
    """

    header: str
    secret: str
    prefix: str = ""
    digest: str = "sha256"
    encoding: str = "hex"
    after_body: str | None = None

    def check(self, delivery: Delivery, config: Configuration, now: datetime) -> None:  # noqa: ARG002 -- undated
        """Raises BadSignature when the header is missing or another one."""
        given = delivery.headers.get(self.header.lower(), "")
        same(given, self._value(delivery.body, config), self.header)

    def sign(self, body: bytes, config: Configuration, now: datetime) -> dict[str, str]:  # noqa: ARG002 -- undated
        """The header."""
        return {self.header: self._value(body, config)}

    def _value(self, body: bytes, config: Configuration) -> str:
        signed = body + (config[self.after_body].encode() if self.after_body else b"")
        made = hmac.digest(config[self.secret].encode(), signed, self.digest)
        return self.prefix + (made.hex() if self.encoding == "hex" else base64.b64encode(made).decode())


@dataclass(frozen=True, slots=True)
class TimedHmac:
    """An HMAC-SHA256 of `version:timestamp:body`, with the time stamp in a header of its own (Slack)."""

    header: str
    timestamp: str
    secret: str
    version: str = "v0"
    more: Mapping[str, str] = field(default_factory=dict)

    def check(self, delivery: Delivery, config: Configuration, now: datetime) -> None:
        """Raises BadSignature, also for a time stamp more than five minutes from now: it may be a replay."""
        stamp = delivery.headers.get(self.timestamp.lower(), "")
        fresh(stamp, now)
        given = delivery.headers.get(self.header.lower(), "")
        same(given, self._value(stamp, delivery.body, config), self.header)

    def sign(self, body: bytes, config: Configuration, now: datetime) -> dict[str, str]:
        """Both headers."""
        stamp = str(int(now.timestamp()))
        return {self.timestamp: stamp, self.header: self._value(stamp, body, config)}

    def _value(self, stamp: str, body: bytes, config: Configuration) -> str:
        signed = f"{self.version}:{stamp}:".encode() + body
        return f"{self.version}={hmac.new(config[self.secret].encode(), signed, hashlib.sha256).hexdigest()}"


def same(given: str, expected: str, header: str) -> None:
    """Raises BadSignature unless both are the same, taking the same time either way."""
    if not given:
        raise BadSignature(f"there is no {header}")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadSignature(f"{header} does not fit the body")


def fresh(stamp: str, now: datetime, tolerance: float = TOLERANCE) -> None:
    """Raises BadSignature unless the time stamp (seconds) is near now."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise BadSignature("there is no time stamp")
    if abs(now.timestamp() - int(stamp)) > tolerance:
        raise BadSignature("the time stamp is more than five minutes from now")
