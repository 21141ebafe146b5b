"""What leads out of the server: where messages go, and what its links begin with. Bootstrap decides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from task_assistant.ports.notifier import NoNotifier, Notifier


@dataclass(frozen=True, slots=True)
class Outward:
    """`base_url` begins the links in messages; `zone` is the server's, for a person who has chosen none."""

    notifier: Notifier = field(default_factory=NoNotifier)
    base_url: str = "http://127.0.0.1:8000"
    zone: tzinfo = UTC
