"""Keys, who the caller is, and the stop button."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import EVERYONE, allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import refuses
from task_assistant.api.once import never_kept
from task_assistant.domain.roles import Role
from task_assistant.wire import answers, render
from task_assistant.wire.keys import AgentChoice, NewKey

router = APIRouter(route_class=ContractRoute, tags=["keys"])
# What clients may rely on beyond the first version of the contract; only ever added to.
FEATURES = (
    "action_links",
    "bulk",
    "claims",
    "events",
    "idempotency",
    "ingest",
    "private",
    "search",
    "sources",
    "stream",
    "undo",
    "webhooks",
)


@router.get("/api/me", response_model=answers.Me, summary="Who am I?")
@allow(*EVERYONE, action="ask who it is")
async def read_me(request: Request) -> Response:
    """Names the caller, its role and limits, and the server's version and features."""
    caller = who(request)
    return replies.json(
        {
            "name": caller.name,
            "role": caller.role,
            "actor": caller.actor,
            "labels": caller.labels,
            "origins": caller.origins,
            "may_assign": caller.owner or caller.may_assign,
            "may_triage": caller.owner or caller.may_triage,
            "may_relay": caller.owner or caller.may_relay,
            "task_id": caller.task_id,
            "version": context_of(request).version,
            "features": FEATURES,
        }
    )


@router.post(
    "/api/keys",
    status_code=201,
    response_model=answers.MintedKey,
    responses=refuses(409),
    summary="Mint a key",
)
@never_kept
@allow(Role.OWNER, action="make keys")
async def create_key(request: Request, body: NewKey) -> Response:
    """The secret is in `key`, this once. Agents and adapters get keys of their own, never the owner's."""
    limits = {"labels": body.labels, "origins": body.origins}
    may = {"may_assign": body.may_assign, "may_triage": body.may_triage, "may_relay": body.may_relay}
    keys = context_of(request).services.keys
    key, secret = await keys.create(who(request), Role(body.role), body.name, **limits, **may)
    location = {"Location": f"/api/keys/{key.id}", "Cache-Control": "no-store"}
    return replies.json({**render.key(key), "key": secret}, 201, location)


@router.get("/api/keys", response_model=list[answers.Key], summary="List keys")
@allow(Role.OWNER, action="list keys")
async def list_keys(request: Request) -> Response:
    """Without their secrets, oldest first."""
    keys = await context_of(request).services.keys.all(who(request))
    return replies.json([render.key(key) for key in keys])


@router.delete(
    "/api/keys/{key_id}",
    status_code=204,
    response_class=Response,
    responses=refuses(404),
    summary="Revoke a key",
)
@allow(Role.OWNER, action="revoke keys")
async def revoke_key(request: Request, key_id: Annotated[str, Path(max_length=100)]) -> Response:
    """Ends it for good, with its next request."""
    await context_of(request).services.keys.revoke(who(request), key_id)
    return Response(status_code=204)


@router.post("/api/agents/pause", response_model=answers.PausedAgents, summary="Pause agents")
@allow(Role.OWNER, action="pause agents")
async def pause_agents(request: Request, body: AgentChoice | None = None) -> Response:
    """All agents, or one by name: claims answer 404 `paused`, holders learn it at their next heartbeat."""
    name = body.name if body is not None else None
    paused = await context_of(request).services.agents.pause(who(request), name)
    return replies.json({"paused": paused})


@router.post("/api/agents/resume", response_model=answers.PausedAgents, summary="Let agents go on")
@allow(Role.OWNER, action="resume agents")
async def resume_agents(request: Request, body: AgentChoice | None = None) -> Response:
    """Every pause, or that of one agent."""
    name = body.name if body is not None else None
    paused = await context_of(request).services.agents.resume(who(request), name)
    return replies.json({"paused": paused})
