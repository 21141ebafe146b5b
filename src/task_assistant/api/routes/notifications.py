"""Messages to the person: where they go, a round of them, a test, and the digest."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.domain import digest
from task_assistant.domain.roles import Role
from task_assistant.services.notifications import Round
from task_assistant.wire import signal_answers
from task_assistant.wire.verbs import Nothing

router = APIRouter(route_class=ContractRoute, tags=["notifications"])


@router.get("/api/notifications", response_model=signal_answers.Notifying, summary="Where messages go")
@allow(Role.OWNER, action="read where messages go")
async def read_notifications(request: Request) -> Response:
    """The addresses of NOTIFY_URLS with their secrets masked, and how the last message went."""
    told = await context_of(request).services.notifications.status()
    return replies.json({"targets": told.targets, "last_at": told.at, "failed": told.failed})


@router.post(
    "/api/notifications/run", response_model=signal_answers.NotifyRound, summary="Send what is due now"
)
@allow(Role.OWNER, action="send messages")
async def send_due_messages(request: Request, body: Nothing | None = None) -> Response:  # noqa: ARG001
    """What the server does every minute by itself; for cron where it does not run all the time."""
    return _round(await context_of(request).services.notifications.round())


@router.post(
    "/api/notifications/test", response_model=signal_answers.NotifyRound, summary="Send a test message"
)
@allow(Role.OWNER, action="send a test message")
async def send_test_message(request: Request, body: Nothing | None = None) -> Response:  # noqa: ARG001
    """To every address, also in quiet hours."""
    return _round(await context_of(request).services.notifications.test(who(request)))


def _round(done: Round) -> Response:
    answer: dict[str, Any] = {"messages": done.messages, "notices": done.notices, "failed": done.failed}
    return replies.json(answer)


@router.get("/api/digest", response_model=signal_answers.Digest, summary="The digest as of now")
@allow(Role.OWNER, action="read the digest")
async def read_digest(request: Request) -> Response:
    """What needs you, what waits for review and triage, and what agents do."""
    made = await context_of(request).services.digests.make(who(request), private=True)
    answer = {"headline": made.headline, "markdown": digest.markdown(made), "html": digest.html(made)}
    return replies.json(answer)
