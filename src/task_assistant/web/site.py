"""What every page is given."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.ports.clock import Clock
from task_assistant.services.house import Services
from task_assistant.services.provider_sign_in import ProviderSignIn
from task_assistant.services.queue import Queue
from task_assistant.web.templating import Templates
from task_assistant.web.visits import Door, Visit


@dataclass(frozen=True, slots=True)
class About:
    """What the settings page says of this server: its version, and where the tasks are kept, in words.

    `backups` is where a backup is made every day, empty where none is; `backed_up_at` looks when the newest was.
    """

    version: str = ""
    kept: str = ""
    backups: str = ""
    backed_up_at: Callable[[], datetime | None] = lambda: None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to sign in besides links. `key_set` is false while TASK_TRACKER_API_KEY admits nobody.

    `provider` is None while it is not set up; `missing` are the settings that it then lacks, empty where nobody wants
    it. `local` is local mode: the person is at the computer that runs the server, or knows where it is.
    """

    key_set: bool
    local: bool = True
    provider: ProviderSignIn | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What every page may use.

    `stopping` is set when the server is told to stop: streams end then.
    """

    templates: Templates
    door: Door
    services: Services
    ways: Ways
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    about: About = field(default_factory=About)

    @property
    def queue(self) -> Queue:
        """Reads the board."""
        return self.services.queue

    @property
    def clock(self) -> Clock:
        """The time of this request."""
        return self.services.desk.clock


Page = Callable[[Site, Request, Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]
