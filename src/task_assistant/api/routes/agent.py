"""The agents' side: what is next, claim it, keep the lease, ask, hand back, give back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import lists, replies
from task_assistant.api.auth import EVERYONE, Endpoint, allow
from task_assistant.api.context import context_of, gone
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import IF_NONE_MATCH, refuses
from task_assistant.api.queries import QueueQuery, asked, reads
from task_assistant.api.routes.tasks import TaskId
from task_assistant.domain.lifecycle import TABLE, Command, roles_for
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query as Window
from task_assistant.services.claiming import Wish
from task_assistant.wire import answers, render
from task_assistant.wire.work import Ask, ClaimRequest, Heartbeat, Progress, Release, Submit

router = APIRouter(route_class=ContractRoute, tags=["agents"])
HOT = {"parameters": [IF_NONE_MATCH]}


@router.get(
    "/api/agent/queue",
    response_model=answers.Queue,
    responses=refuses(304),
    openapi_extra=HOT,
    summary="What to do next, and why",
)
@reads(QueueQuery)
@allow(*EVERYONE, action="read the queue")
async def read_queue(request: Request) -> Response:
    """The best ranked tasks. The summary counts the whole board whatever the filter, active tasks only."""
    query = asked(request, QueueQuery)
    services, caller = context_of(request).services, who(request)

    async def build() -> tuple[Any, Any]:
        page = await lists.page(request, _window(request, query), query.cursor)
        summary = await services.queue.summary(caller)
        first = page.passed + 1
        tasks = [render.ranked(t, page.now, n, full=query.full) for n, t in enumerate(page.tasks, first)]
        return {"summary": render.summary(summary), "tasks": tasks}, page.link

    return await lists.hot(request, build)


def _window(request: Request, query: QueueQuery) -> Window:
    return Window(
        now=context_of(request).now(),
        sight=sight(who(request)),
        limit=query.limit,
        statuses=frozenset(query.status),
        lanes=frozenset(query.lane),
        assignee=query.assignee,
        due=query.band,
        include_closed=query.include_done,
        sort=query.sort,
    )


@router.get(
    "/api/agent/queue/summary",
    response_model=answers.Summary,
    responses=refuses(304),
    openapi_extra=HOT,
    summary="The counts alone",
)
@allow(*EVERYONE, action="read the queue")
async def read_summary(request: Request) -> Response:
    """Counts of active tasks over the whole board."""
    services, caller = context_of(request).services, who(request)

    async def build() -> tuple[Any, Any]:
        return render.summary(await services.queue.summary(caller)), {}

    return await lists.hot(request, build)


@router.post(
    "/api/agent/claim",
    response_model=answers.ClaimedTask,
    response_model_exclude_none=True,
    responses=refuses(404, 409),
    summary="Claim the next task, or one by name",
)
@allow(*roles_for(Command.CLAIM), action="claim tasks", advice="use an agent's key")
async def claim_task(request: Request, body: ClaimRequest | None = None) -> Response:
    """Everything that is needed to do it is in the answer. 404 `no_claimable_task`: nothing to do, and final."""
    context = context_of(request)
    wish = Wish(**(body.given() if body is not None else {}))
    claimed = await context.services.claiming.claim(who(request), wish, partial(gone, request))
    return replies.claimed(request, claimed, context.now())


@router.get("/api/agent/claims", response_model=list[answers.ListedTask], summary="The caller's live claims")
@allow(*roles_for(Command.CLAIM), action="hold claims", advice="use an agent's key")
async def list_claims(request: Request) -> Response:
    """Oldest claim first; the person sees those of every agent."""
    context = context_of(request)
    tasks = await context.services.claiming.held(who(request))
    return replies.json(lists.rows(tasks, context.now()))


def _work(command: Command, model: Any, summary: str) -> Callable[[Endpoint], Endpoint]:
    """The decorators that all calls of a claim's holder share."""
    line = TABLE[command]

    def decorate(endpoint: Endpoint) -> Endpoint:
        allowed = allow(*line.roles, action=f"{command.value} a claim", advice=line.advice)(endpoint)
        return router.post(
            f"/api/agent/tasks/{{task_id:number}}/{command.value}",
            response_model=model,
            responses=refuses(404, 409),
            summary=summary,
        )(allowed)

    return decorate


@_work(Command.HEARTBEAT, answers.Pulse, "Keep the lease")
async def heartbeat(request: Request, task_id: TaskId, body: Heartbeat) -> Response:
    """Says whether to go on, and what has changed since the last heartbeat."""
    work = context_of(request).services.work
    return replies.json(render.pulse(await work.heartbeat(who(request), task_id, body.claim_token)))


@_work(Command.PROGRESS, answers.Pulse, "Keep the lease and leave a note")
async def progress(request: Request, task_id: TaskId, body: Progress) -> Response:
    """As heartbeat, with a note that the next worker would read."""
    work = context_of(request).services.work
    pulse = await work.progress(who(request), task_id, body.claim_token, _said(body))
    return replies.about(request, render.pulse(pulse), [task_id])


@_work(Command.ASK, answers.Task, "Ask the person")
async def ask_person(request: Request, task_id: TaskId, body: Ask) -> Response:
    """Ends the claim; the task is blocked until it is answered, then anyone may claim it."""
    context = context_of(request)
    task = await context.services.work.ask(who(request), task_id, body.claim_token, _said(body))
    return replies.task(request, task, context.now())


@_work(Command.SUBMIT, answers.Task, "Hand back a result")
async def submit_result(request: Request, task_id: TaskId, body: Submit) -> Response:
    """Ends the claim; the result waits for the person's review."""
    context = context_of(request)
    task = await context.services.work.submit(who(request), task_id, body.claim_token, _said(body))
    return replies.task(request, task, context.now())


@_work(Command.RELEASE, answers.Task, "Give the task back")
async def release_task(request: Request, task_id: TaskId, body: Release) -> Response:
    """Ends the claim; the note is what the next worker reads."""
    context = context_of(request)
    task = await context.services.work.release(who(request), task_id, body.claim_token, _said(body))
    return replies.task(request, task, context.now())


def _said(body: Progress | Ask | Submit | Release) -> dict[str, Any]:
    said = body.given()
    del said["claim_token"]
    return said
