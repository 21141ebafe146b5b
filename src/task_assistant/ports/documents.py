"""What a store keeps beside tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Document:
    """A small named thing that is no task: a key, a session, a source … `data` is plain JSON; None in a write deletes.

    `expect`: "any", "absent" (else DocumentConflict), "present" (else DocumentConflict; e.g. one-use links).
    `expires_at` lets the store drop it some time later; a reader never gets it past that time.
    `tasks` names the tasks whose texts it may hold: purging one of them removes the document.
    """

    kind: str
    key: str
    data: dict[str, Any] | None
    expect: Literal["any", "absent", "present"] = "any"
    expires_at: datetime | None = None
    tasks: tuple[int, ...] = ()
