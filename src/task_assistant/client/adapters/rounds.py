"""One round of an adapter: take what there is, say how the source is, and how long to wait before the next."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from task_assistant.client import Client
from task_assistant.client.adapters.adapter import Adapter, FileAdapter, PollingAdapter
from task_assistant.client.adapters.content import Item
from task_assistant.client.adapters.delivery import Delivery
from task_assistant.client.adapters.ending import Ending, Outcome
from task_assistant.client.adapters.health import Health
from task_assistant.client.adapters.intake import Counts, Intake
from task_assistant.client.adapters.redaction import Redactor
from task_assistant.client.adapters.trouble import Malformed

log = logging.getLogger("pta.adapter")
HEARTBEAT: Final = 900.0  # seconds after which a webhook's adapter without deliveries says that it is there
CURSOR: Final = "cursor"


class Rounds:
    """The rounds of one adapter. What could not be taken stays where it is and is taken in a later round."""

    def __init__(self, adapter: Adapter, client: Client, redactor: Redactor, *, dry: bool = False) -> None:
        self._adapter, self._dry = adapter, dry
        self._intake = Intake(adapter, client, redactor, dry=dry)
        self._health = Health(adapter, client, redactor, dry=dry)
        self._ending = Ending(adapter, self._health)
        self._forged = 0

    def once(self, forged: int = 0) -> Outcome:
        """One round. Never raises for what a source or the server may do.

        `forged` deliveries were refused for their signature since the last one.
        """
        self._forged = forged
        self._intake.counts = Counts()
        try:
            if isinstance(self._adapter, PollingAdapter):
                self._poll(self._adapter)
            elif isinstance(self._adapter, FileAdapter):
                self._say_how_it_went(self._take_all(self._adapter.files))
            else:
                self._drain()
        except Exception as problem:  # noqa: BLE001 -- whatever it is, it is logged, and the next round comes
            return self._ending.badly(problem)
        return self._ending.well(
            self._adapter.every if isinstance(self._adapter, PollingAdapter) else HEARTBEAT
        )

    def _poll(self, adapter: PollingAdapter) -> None:
        """Takes page after page; the cursor is saved after the ingest, so that a crash repeats and never skips."""
        unread = 0
        for page in adapter.fetch(adapter.state.read(CURSOR)):
            unread += self._take_all(page.deliveries)
            if page.cursor is not None and not self._dry:
                adapter.state.keep(CURSOR, page.cursor)
        self._say_how_it_went(unread)

    def _take_all(self, deliveries: Sequence[Delivery]) -> int:
        """Takes these; how many of them could not be read."""
        items: list[Item] = []
        unread = 0
        for delivery in deliveries:
            try:
                items += self._intake.read(delivery)
            except Malformed as problem:
                unread += 1
                log.warning("left out: %s", problem)
        self._intake.take(items)
        return unread

    def _drain(self) -> None:
        """Takes what webhooks have brought, oldest first."""
        unread = 0
        for path, delivery in self._adapter.state.spool.each():
            try:
                self._intake.take(self._intake.read(delivery))
            except Malformed as problem:
                unread += 1
                log.warning("set aside as unreadable: %s", problem)
                self._adapter.state.spool.set_aside(path)
            else:
                path.unlink()
        self._say_how_it_went(unread)

    def _say_how_it_went(self, unread: int) -> None:
        if self._forged:
            self._health.degraded(
                "bad_signature",
                f"{self._forged} deliveries had a wrong signature and were refused. "
                "Set the secret that the source signs with.",
            )
        elif unread:
            self._health.degraded(
                "unreadable",
                f"{unread} deliveries could not be read and were set aside; the adapter's log says why.",
            )
        else:
            self._health.beat(self._intake.counts)
