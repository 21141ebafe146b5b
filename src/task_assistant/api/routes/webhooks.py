"""Outbound webhooks: the person's alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import refuses
from task_assistant.domain.roles import Role
from task_assistant.services.webhooks import Listed
from task_assistant.wire import webhooks as wire
from task_assistant.wire.verbs import Nothing

router = APIRouter(route_class=ContractRoute, tags=["webhooks"])
MANAGE = "manage webhooks"
ONE = "/api/webhooks/{webhook_id}"
WebhookId = Annotated[str, Path(max_length=100)]


@router.get("/api/webhooks", response_model=list[wire.Webhook], summary="List webhooks")
@allow(Role.OWNER, action=MANAGE)
async def list_webhooks(request: Request) -> Response:
    """Oldest first, without their secrets."""
    found = await context_of(request).services.webhooks.all(who(request))
    return replies.json([wire.webhook(each) for each in found])


@router.post("/api/webhooks", status_code=201, response_model=wire.MintedWebhook, summary="Make a webhook")
@allow(Role.OWNER, action=MANAGE)
async def create_webhook(request: Request, body: wire.NewWebhook) -> Response:
    """Events from now on go there, signed (Standard Webhooks). The secret is told this once."""
    webhooks = context_of(request).services.webhooks
    hook, secret = await webhooks.create(who(request), body.url, body.types)
    return replies.secret(request, {**wire.webhook(Listed(hook, 0, 0)), "secret": secret})


@router.delete(
    ONE, status_code=204, response_class=Response, responses=refuses(404), summary="Remove a webhook"
)
@allow(Role.OWNER, action=MANAGE)
async def remove_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """With what waits for it, for good."""
    await context_of(request).services.webhooks.remove(who(request), webhook_id)
    return Response(status_code=204)


@router.post(f"{ONE}/enable", response_model=wire.Webhook, responses=refuses(404), summary="Switch it on")
@allow(Role.OWNER, action=MANAGE)
async def enable_webhook(request: Request, webhook_id: WebhookId, body: Nothing | None = None) -> Response:  # noqa: ARG001
    """It goes on where it was: what happened meanwhile is sent."""
    return await _switch(request, webhook_id, on=True)


@router.post(f"{ONE}/disable", response_model=wire.Webhook, responses=refuses(404), summary="Switch it off")
@allow(Role.OWNER, action=MANAGE)
async def disable_webhook(request: Request, webhook_id: WebhookId, body: Nothing | None = None) -> Response:  # noqa: ARG001
    """Nothing is sent until it is on again."""
    return await _switch(request, webhook_id, on=False)


async def _switch(request: Request, webhook_id: str, *, on: bool) -> Response:
    webhooks = context_of(request).services.webhooks
    await webhooks.switch(who(request), webhook_id, on=on)
    [now] = [each for each in await webhooks.all(who(request)) if each.hook.id == webhook_id]
    return replies.json(wire.webhook(now))


@router.get(
    f"{ONE}/dead", response_model=list[wire.DeadLetter], responses=refuses(404), summary="List dead letters"
)
@allow(Role.OWNER, action=MANAGE)
async def list_dead_letters(request: Request, webhook_id: WebhookId) -> Response:
    """Events that it never took, of the last 30 days."""
    letters = await context_of(request).services.webhooks.dead(who(request), webhook_id)
    return replies.json([wire.dead_letter(letter) for letter in letters])


@router.post(
    f"{ONE}/replay", response_model=wire.Replayed, responses=refuses(404), summary="Send dead letters again"
)
@allow(Role.OWNER, action=MANAGE)
async def replay_dead_letters(
    request: Request,
    webhook_id: WebhookId,
    body: Nothing | None = None,  # noqa: ARG001
) -> Response:
    """Each with a fresh day of tries, under its old id."""
    count = await context_of(request).services.webhooks.replay(who(request), webhook_id)
    return replies.json({"replayed": count})
