"""Sends by Apprise: a hundred services by one kind of address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from task_assistant.ports.notifier import Message

log = logging.getLogger(__name__)


class AppriseNotifier:
    """The addresses of NOTIFY_URLS. One that Apprise does not understand is a target that always fails.

    Apprise works in threads and is slow to import, so it is imported when the first message goes out.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = tuple(urls)
        self._shown: tuple[str, ...] | None = None

    async def targets(self) -> Sequence[str]:
        """The addresses with their secrets masked by Apprise itself, and without options."""
        if self._shown is None:
            shown = [await asyncio.to_thread(_shown, n, url) for n, url in enumerate(self._urls, 1)]
            self._shown = tuple(shown)
        return self._shown

    async def send(self, target: int, message: Message, /) -> bool:
        """Whether the service took it; its own log lines, which may quote addresses, are kept out of ours."""
        try:
            return await asyncio.to_thread(_send, self._urls[target], message)
        except Exception as problem:  # noqa: BLE001 - a hundred plug-ins, each with failures of its own
            log.warning("notification target %d failed: %s", target + 1, type(problem).__name__)
            return False


def _apprise() -> Any:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return apprise


def _shown(n: int, url: str) -> str:
    understood = _apprise().Apprise.instantiate(url, suppress_exceptions=True)
    if not understood:
        return f"address {n}, which Apprise does not understand"
    return str(understood.url(privacy=True)).partition("?")[0]


def _send(url: str, message: Message) -> bool:
    apprise = _apprise()
    one = apprise.Apprise()
    if not one.add(url):
        return False
    kind = apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT
    return bool(one.notify(title=message.title, body=message.body, body_format=kind))
