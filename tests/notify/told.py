"""A world whose messages to the person arrive, by a real Apprise, at a real HTTP server; only the clock is ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from task_assistant.notify.apprise_notifier import AppriseNotifier
from task_assistant.ports.notifier import Message
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.services.notifications import Notifications, Round
from task_assistant.services.outward import Outward
from tests.notify.receiver import Receiver
from tests.services.world import World

BASE = "https://tasks.example.org"


@dataclass
class Crashing:
    """Dies right after the message went out, before anybody can note it."""

    notifier: AppriseNotifier

    async def targets(self) -> Sequence[str]:
        return await self.notifier.targets()

    async def send(self, target: int, message: Message, /) -> bool:
        await self.notifier.send(target, message)
        raise KeyboardInterrupt


@dataclass
class Told:
    """A world whose messages arrive at a receiver."""

    world: World
    receiver: Receiver

    def notifier(self) -> AppriseNotifier:
        return AppriseNotifier([f"json://127.0.0.1:{self.receiver.port}/inbox"])

    def process(self, notifier: Any = None) -> Notifications:
        """One more server process over the same store."""
        desk = Desk(self.world.store, self.world.clock, self.world.desk.secrets)
        return Services(desk, Outward(notifier or self.notifier(), BASE, UTC)).notifications

    async def round(self) -> Round:
        return await self.process().round()

    async def after(self, **delta: float) -> Round:
        """A round some time later."""
        self.world.clock.advance(**delta)
        return await self.round()

    @property
    def messages(self) -> list[dict[str, str]]:
        return [json.loads(received.body) for received in self.receiver.got]
