"""What the routes of one server work with; `app.state.api` holds it, `request.app` leads there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import HTTPConnection, Request

from task_assistant.api.answer_cache import AnswerCache
from task_assistant.api.auth import Gate
from task_assistant.services.house import Services


@dataclass(frozen=True, slots=True)
class ApiContext:
    """Everything that routes need. Set `stopping` when the server is told to stop: streams end then.

    `under_way` are the requests with an Idempotency-Key that run in this process now, by credential and key.
    """

    services: Services
    gate: Gate
    version: str
    cache: AnswerCache = field(default_factory=AnswerCache)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)
    public_base_url: str | None = None

    def base_url(self, request: Request) -> str:
        """Where the person reaches this server: PUBLIC_BASE_URL, else the address that this request used."""
        return self.public_base_url or str(request.base_url).rstrip("/")

    def now(self) -> datetime:
        """The time of this answer."""
        return self.services.desk.now()


def context_of(connection: HTTPConnection) -> ApiContext:
    """The context of the app that serves this request."""
    context: ApiContext = connection.app.state.api
    return context


async def gone(request: Request) -> bool:
    """True when nobody waits for the answer any more, or the server stops: whoever waits for news ends then."""
    return context_of(request).stopping.is_set() or await request.is_disconnected()
