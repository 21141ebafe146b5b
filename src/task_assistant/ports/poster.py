"""Sends one signed request to a server that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from task_assistant.domain.webhooks import target


@dataclass(frozen=True, slots=True)
class Posted:
    """How it went: the status of the answer, or None and why there was none. `retry_after` in seconds."""

    status: int | None
    why: str = ""
    retry_after: int | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class Poster(Protocol):
    """Never connects to an address that the settings do not allow, wherever a name or a redirect leads."""

    def check(self, url: str) -> None:
        """Raises AddressRefused for what it would refuse at every request, as far as no name server need be asked."""

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """One request with an answer, or the reason why there is none. It does not raise, and ends in time."""


class NoPoster:
    """Sends nothing."""

    def check(self, url: str) -> None:
        """An address at all."""
        target(url)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:  # noqa: ARG002
        """Always refused."""
        return Posted(None, "this process sends no webhooks")
