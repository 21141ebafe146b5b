"""Where messages to the person go. What is worth one is a rule of the domain, when one is sent a use case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `body` is plain text; `html` says that it is HTML that is safe for mail programs.

    `urgent` ones are sent in quiet hours as well.
    """

    title: str
    body: str
    html: bool = False
    urgent: bool = False


class Notifier(Protocol):
    """Sends to every address of NOTIFY_URLS, each by itself."""

    async def targets(self) -> Sequence[str]:
        """The addresses as they may be shown: without secrets. Their place in the list names them."""

    async def send(self, target: int, message: Message, /) -> bool:
        """Sends to one of them; whether the service took it. It neither raises nor tries again."""


class NoNotifier:
    """Nowhere to send to."""

    async def targets(self) -> Sequence[str]:
        """None."""
        return ()

    async def send(self, _target: int, _message: Message, /) -> bool:
        """Never called; there is no target."""
        return False
