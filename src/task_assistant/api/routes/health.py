"""Is it up? For probes, without a key; the answers say nothing about tasks."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.context import context_of
from task_assistant.api.documents import refuses
from task_assistant.wire import answers

router = APIRouter(tags=["server"])
OPEN: dict[str, list[str]] = {"security": []}


@router.get(
    "/healthz",
    response_model=answers.Healthy,
    openapi_extra=OPEN,
    operation_id="read_health",
    summary="The process runs",
)
async def read_health() -> Response:
    """Says nothing about the store."""
    return replies.json({"status": "ok"})


@router.get(
    "/readyz",
    response_model=answers.Healthy,
    responses=refuses(503),
    openapi_extra=OPEN,
    operation_id="read_readiness",
    summary="The server can work",
)
async def read_readiness(request: Request) -> Response:
    """The store is reachable and its schema current."""
    await context_of(request).services.desk.store.check()
    return replies.json({"status": "ok"})
