"""Lines to paste into a terminal that connect an agent, an adapter or a reader, with this server's own address."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request

from task_assistant.domain.roles import Role
from task_assistant.web.site import Site


@dataclass(frozen=True, slots=True)
class Line:
    """One command, and what it does in a few words."""

    title: str
    text: str


def base_url(site: Site, request: Request) -> str:
    """Where programs reach this server: PUBLIC_BASE_URL, else the address that the browser uses (a known one)."""
    public = site.door.addresses.public_origin
    if public is not None:
        return public.decode()
    return f"{request.url.scheme}://{request.headers.get('host', 'localhost')}"


Call = Callable[..., str]


def lines(role: Role, secret: str, base: str) -> tuple[Line, ...]:
    """The commands for a key of this role; the first one works as it is, the others name what to fill in."""
    call = partial(curl, secret, base)
    if role is Role.AGENT:
        return _agent(call)
    if role is Role.ADAPTER:
        return _adapter(call)
    return (Line("Read what to do next", call("/api/agent/queue?limit=5")),)


def curl(secret: str, base: str, path: str, body: Mapping[str, Any] | None = None) -> str:
    """One call, quoted for a shell."""
    parts = ["curl", "-sS", f"{base}{path}", "-H", f"Authorization: Bearer {secret}"]
    if body is not None:
        parts += ["-H", "Content-Type: application/json", "-d", json.dumps(body, ensure_ascii=False)]
    return shlex.join(parts)


def _agent(call: Call) -> tuple[Line, ...]:
    token = {"claim_token": "TOKEN"}
    at = "/api/agent/tasks/ID"
    usage = {"input_tokens": 1200, "output_tokens": 300, "cost": "0.02", "currency": "USD"}
    return (
        Line("Claim the next task; waits 20 s for one", call("/api/agent/claim", {"wait_seconds": 20})),
        Line("Say that you are still at it", call(f"{at}/heartbeat", token)),
        Line("Ask the person", call(f"{at}/ask", token | {"question": "Which one?", "kind": "decision"})),
        Line("Hand back a result", call(f"{at}/submit", token | {"summary": "What I did", "usage": usage})),
    )


def _adapter(call: Call) -> tuple[Line, ...]:
    task = {"title": "Reply to Alice", "external_id": "mail-1"}
    batch = {"origin": "email", "source_name": "Inbox", "tasks": [task]}
    return (
        Line("Bring in a task; again changes nothing", call("/api/ingest/context", batch)),
        Line("Say that the source is well", call("/api/agent/sources/report", REPORT)),
    )


REPORT = {
    "source_id": "inbox", "source_name": "Inbox", "adapter_type": "email", "status": "healthy", "items_checked": 40,
}  # fmt: skip
