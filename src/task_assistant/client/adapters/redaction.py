"""Secrets stay in the environment: what goes to a log, a report or a task is cleaned of them first."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "•••"
SHORTEST: Final = 6  # characters; a shorter value would hide ordinary words
_IN_URL: Final = re.compile(r"(?<=://)[^/\s@:]+:[^/\s@]+(?=@)")
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=:-]{8,}")


class Redactor:
    """Hides the given secrets, also as they look in an address, and what is a credential by its shape."""

    def __init__(self, secrets: Iterable[str]) -> None:
        found = {
            form for secret in secrets if len(secret) >= SHORTEST for form in (secret, quote(secret, safe=""))
        }
        self._known = sorted(found, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return _BEARER.sub(rf"\1 {HIDDEN}", _IN_URL.sub(HIDDEN, text))


class RedactingFormatter(logging.Formatter):
    """Cleans whole log lines, stack traces included."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line, cleaned."""
        return self._redactor.clean(super().format(record))
