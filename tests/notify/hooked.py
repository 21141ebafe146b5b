"""A world whose events go to a receiver over real connections on loopback; only the clock is ours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from task_assistant.notify.webhook_poster import WebhookPoster
from task_assistant.services.house import Services
from task_assistant.services.outward import Outward
from task_assistant.wire.webhooks import payload
from tests.notify.receiver import Receiver
from tests.services.world import PERSON, World

HERE_ALONE = (ip_network("127.0.0.1/32"),)  # 127.0.0.2 stands for everything inward that is not allowed


async def resolve(host: str, port: int) -> Sequence[str]:
    """No name service in tests: the one name that is known leads inward."""
    return ["127.0.0.2"] if host == "inward.example" else [host]


def poster(timeout: float = 10) -> WebhookPoster:
    return WebhookPoster(HERE_ALONE, timeout=timeout, resolve=resolve)


@dataclass
class Hooked:
    """A world whose events go to a receiver."""

    receiver: Receiver
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.services = self.process()
        self.deliveries = self.services.deliveries

    def process(self, sender: Any = None) -> Services:
        """One more server process over the same store."""
        services = Services(self.world.desk, Outward(poster=sender or poster(), render_event=payload))
        self.world.desk.rests.used = self.world.desk.rests.idle = 0.0
        return services

    async def hook(self, *types: str, path: str = "/hook") -> tuple[str, str]:
        """A webhook to the receiver: its id and secret."""
        url = f"http://127.0.0.1:{self.receiver.port}{path}"
        hook, secret = await self.services.webhooks.create(PERSON, url, types)
        return hook.id, secret

    async def after(self, **delta: float) -> int:
        """A round some time later."""
        self.world.clock.advance(**delta)
        return await self.deliveries.round(wait=True)

    async def until_quiet(self, step: timedelta = timedelta(minutes=31), rounds: int = 60) -> None:
        """Rounds for more than a day."""
        for _ in range(rounds):
            await self.deliveries.round(wait=True)
            self.world.clock.at += step

    @property
    def got(self) -> list[tuple[str, str]]:
        """What arrived: (type, id)."""
        return [(json.loads(each.body)["type"], each.headers["webhook-id"]) for each in self.receiver.got]
