"""How tasks come in from other places: one batch, one transaction, no duplicates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter
from fastapi.types import DecoratedCallable
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import allow
from task_assistant.api.conditional import patience
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import PREFER_WAIT, refuses
from task_assistant.domain.errors import InvalidBatch
from task_assistant.domain.lifecycle import WRITERS
from task_assistant.services.capture import JUDGING, Batch, Ingested, Rejected
from task_assistant.wire import answers, render
from task_assistant.wire.ingest import Envelope, read_items
from task_assistant.wire.problems import explain
from task_assistant.wire.tasks import NewTask

router = APIRouter(route_class=ContractRoute, tags=["ingest"])
ADVICE = "use an agent's, adapter's or owner's key"


@router.post(
    "/api/agent/tasks",
    status_code=201,
    response_model=answers.Task,
    responses=refuses(409),
    tags=["agents"],
    summary="Create a task (as POST /api/tasks)",
)
@allow(*WRITERS, action="create tasks", advice=ADVICE)
async def create_agent_task(request: Request, body: NewTask) -> Response:
    """What an agent's key may not set becomes a proposal to the person."""
    context = context_of(request)
    task = await context.services.capture.create(who(request), body.given())
    return replies.task(request, task, context.now(), created=True)


def _ingest(path: str, summary: str) -> Callable[[DecoratedCallable], DecoratedCallable]:
    return router.post(
        path,
        response_model=answers.Ingested,
        response_model_exclude_none=True,
        responses=refuses(409),
        openapi_extra={"parameters": [PREFER_WAIT]},
        summary=summary,
    )


@_ingest("/api/ingest/context", "Ingest tasks from a context")
@allow(*WRITERS, action="ingest tasks", advice=ADVICE)
async def ingest_context(request: Request, body: Envelope) -> Response:
    """One transaction; only `external_id` identifies a task. A bad task fails the batch naming its index from 0.

    With `partial` the good tasks are taken and the bad ones answered in `rejected`. Of a very large batch the last
    tasks are assessed right after the answer, unless `Prefer: wait=5` says that it may take longer.
    """
    context = context_of(request)
    batch = _batch(body, patience(request.scope) or JUDGING)
    done = await context.services.capture.ingest(who(request), batch)
    answer = render.ingested(done, context.now(), partial=body.partial)
    return replies.about(request, answer, _shown(done))


@_ingest("/api/agent/ingest/context", "Ingest tasks from a context (the same)")
@allow(*WRITERS, action="ingest tasks", advice=ADVICE)
async def ingest_agent_context(request: Request, body: Envelope) -> Response:
    """The same as POST /api/ingest/context."""
    return await ingest_context(request, body)


def _batch(body: Envelope, judging: timedelta) -> Batch:
    items = read_items(body, explain)
    if items.bad and not body.partial:
        index, errors = items.bad[0]
        raise InvalidBatch(index, tuple(errors))
    rejected = [Rejected(index, tuple(errors)) for index, errors in items.bad]
    update = body.on_duplicate == "update"
    return Batch(items.good, update=update, partial=body.partial, rejected=rejected, judging=judging)


def _shown(done: Ingested) -> list[int]:
    tasks = (*done.created, *done.duplicates, *done.updated)
    return list(dict.fromkeys(task.id for task in tasks))
