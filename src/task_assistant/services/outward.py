"""What leads out: messages, webhooks, what links begin with, who else is asked. Bootstrap decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from task_assistant.domain.history import Event
from task_assistant.ports.assessor import OutsideAssessor
from task_assistant.ports.notifier import NoNotifier, Notifier
from task_assistant.ports.poster import NoPoster, Poster


def _id_alone(event: Event) -> bytes:
    return event.id.encode()


@dataclass(frozen=True, slots=True)
class Outward:
    """`base_url` begins the links in messages; `zone` is the server's, for a person who has chosen none.

    `render_event` words an event as webhooks send it: the wire's business.
    `assessor` is asked for second opinions on at most `assessed_daily` captures a day.
    """

    notifier: Notifier = field(default_factory=NoNotifier)
    base_url: str = "http://127.0.0.1:8000"
    zone: tzinfo = UTC
    poster: Poster = field(default_factory=NoPoster)
    render_event: Callable[[Event], bytes] = _id_alone
    assessor: OutsideAssessor | None = None
    assessed_daily: int = 0
