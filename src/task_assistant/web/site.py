"""What every page is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.ports.clock import Clock
from task_assistant.services.queue import Queue
from task_assistant.web.templating import Templates
from task_assistant.web.visits import Door, Visit


@dataclass(frozen=True, slots=True)
class Site:
    """What every page may use. `key_set` is false while TASK_TRACKER_API_KEY admits nobody."""

    templates: Templates
    door: Door
    queue: Queue
    clock: Clock
    key_set: bool


Page = Callable[[Site, Request, Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]
