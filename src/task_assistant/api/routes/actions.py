"""One-use action links: made for a task, and relayed by whoever showed them to the person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import problems, replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import refuses
from task_assistant.api.routes.tasks import TASK, TaskId
from task_assistant.domain import lanes
from task_assistant.domain.action_links import OPEN, Offer
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.roles import Role
from task_assistant.wire import action_answers
from task_assistant.wire.actions import ActionWish, NewActions, RelayedAction
from task_assistant.wire.problems import explain
from task_assistant.wire.verbs import BULK_VERBS

router = APIRouter(route_class=ContractRoute, tags=["action links"])


@router.post(
    f"{TASK}/actions",
    status_code=201,
    response_model=action_answers.ActionLinks,
    responses=refuses(404, 409),
    summary="Make one-use action links",
)
@allow(Role.OWNER, Role.ADAPTER, action="make action links")
async def create_actions(request: Request, task_id: TaskId, body: NewActions | None = None) -> Response:
    """The tokens are told this once. An adapter's key needs `may_relay`, and reaches only what it may read."""
    context, body = context_of(request), body or NewActions()
    named = "actions" in body.model_fields_set
    wanted = [_offer(n, wish) for n, wish in enumerate(body.actions)] if named else None
    lasts = timedelta(seconds=body.expires_in)
    minted = await context.services.action_links.mint(who(request), task_id, wanted, lasts)
    base = context.base_url(request)
    actions = [
        {
            "verb": offer.command,
            "label": offer.label,
            "asks": offer.asks,
            "token": token,
            "url": f"{base}/a/{token}",
        }
        for offer, token in minted.links
    ]
    answer = {"task_id": task_id, "expires_at": minted.expires_at, "actions": actions}
    return replies.secret(request, answer, [task_id])


def _offer(n: int, wish: ActionWish) -> Offer:
    """The wish with its body judged as that verb's own route would, but for words that are left open."""
    command = Command(wish.verb)
    body = wish.body if "body" in wish.model_fields_set else {}
    if not body and command in OPEN:
        return Offer(command)
    try:
        said: dict[str, Any] = BULK_VERBS[wish.verb].model_validate(body).given()
    except ValidationError as problem:
        errors = [{**error, "field": f"actions[{n}].body.{error['field']}"} for error in explain(problem)]
        raise problems.invalid(errors) from None
    return Offer(command, said)


@router.post(
    "/api/actions",
    response_model=action_answers.ActionDone,
    responses=refuses(404, 409, 410),
    summary="Use a one-use action link",
)
@allow(Role.OWNER, Role.ADAPTER, action="act for the person")
async def use_action(request: Request, body: RelayedAction) -> Response:
    """Does what the token was made for, once, as the person; the history also names the key that relayed it.

    410 when it was used, is too old or was never made; 409 when the task has moved on since. Nothing is changed then.
    """
    context = context_of(request)
    used = await context.services.action_links.use(body.token, body.text, who(request))
    answer = {
        "task_id": used.task.id,
        "verb": used.offer.command,
        "label": used.offer.label,
        "status": used.task.status,
        "lane": lanes.lane(used.task, context.now()),
    }
    return replies.about(request, answer, [used.task.id])
