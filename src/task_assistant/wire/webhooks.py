"""Bodies and answers about outbound webhooks, and what is sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from task_assistant.domain.history import Event, EventType
from task_assistant.services.webhooks import Listed
from task_assistant.wire import render
from task_assistant.wire.fields import Text, distinct
from task_assistant.wire.requests import Request
from task_assistant.wire.task_answers import Answer

Types = Annotated[
    tuple[EventType, ...],
    AfterValidator(distinct(len(EventType))),
    Field(json_schema_extra={"maxItems": len(EventType)}, description="Which events; empty for all."),
]


class NewWebhook(Request):
    """Where events shall go, from now on."""

    EXAMPLES: ClassVar[tuple[dict[str, Any], ...]] = (
        {"url": "https://example.org/hook", "types": ["completed", "asked"]},
    )

    url: Annotated[str, Text(2_048, trim=True, blank=False)]
    types: Types = ()


class Webhook(Answer):
    """One webhook, without its secret. `pending` events are on their way, `dead` were given up."""

    id: str
    url: str
    types: list[EventType]
    on: bool
    disabled_why: str | None
    failing_since: datetime | None
    last_ok_at: datetime | None
    created_at: datetime
    pending: int
    dead: int


class MintedWebhook(Webhook):
    """A new webhook with its signing secret, which is told this once."""

    secret: str


class DeadLetter(Answer):
    """An event that a webhook never took."""

    event_id: str
    seq: int
    attempts: int
    why: str
    at: datetime


class Replayed(Answer):
    """How many dead letters are sent again."""

    replayed: int


def webhook(it: Listed) -> dict[str, Any]:
    """A webhook as it is shown."""
    hook = it.hook
    names = ("id", "url", "types", "on", "disabled_why", "failing_since", "last_ok_at", "created_at")
    return {**{name: getattr(hook, name) for name in names}, "pending": it.pending, "dead": it.dead}


def dead_letter(letter: dict[str, Any]) -> dict[str, Any]:
    """A dead letter as it is shown."""
    return {
        "event_id": letter["event_id"],
        "seq": letter["seq"],
        "attempts": letter["serial"],
        "why": letter["why"],
        "at": letter["at"],
    }


def payload(event: Event) -> bytes:
    """What is sent: the shape that Standard Webhooks recommends, with the event as the feed tells it in `data`."""
    return render.to_json({"type": event.type, "timestamp": event.at, "data": render.event(event)})
