"""Triage for connected agents: read what nobody owns yet, propose whose it is. Only the person accepts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import lists, replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import IF_NONE_MATCH, refuses
from task_assistant.api.queries import TriageQuery, asked, reads
from task_assistant.api.routes.tasks import TaskId
from task_assistant.domain.ordering import Sort
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Lane
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.services.triage import ADVICE
from task_assistant.wire import answers
from task_assistant.wire.triage import ProposedAssessment

router = APIRouter(route_class=ContractRoute, tags=["triage"])


@router.get(
    "/api/agent/triage",
    response_model=list[answers.ListedTask],
    responses=refuses(304),
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    summary="What nobody owns yet, with assessments",
)
@reads(TriageQuery)
@allow(Role.OWNER, Role.AGENT, Role.READER, action="read triage", advice=ADVICE, triage=True)
async def read_triage(request: Request) -> Response:
    """Best ranked first. An agent's key needs `may_triage`. Private tasks are the person's alone."""
    query = asked(request, TriageQuery)
    window = Query(
        context_of(request).now(),
        sight(who(request)),
        query.limit,
        lanes=frozenset({Lane.TRIAGE}),
        sort=Sort.SMART,
    )

    async def build() -> tuple[Any, Any]:
        page = await lists.page(request, window, query.cursor)
        return lists.rows(page.tasks, page.now, full=query.full), page.link

    return await lists.hot(request, build)


@router.post(
    "/api/agent/triage/{task_id:number}",
    response_model=answers.Task,
    responses=refuses(404, 409),
    summary="Propose an assessment",
)
@allow(Role.OWNER, Role.AGENT, action="propose assessments", advice=ADVICE, triage=True)
async def propose_assessment(request: Request, task_id: TaskId, body: ProposedAssessment) -> Response:
    """The person sees it in place of the built-in one, and what came of it is measured. It assigns nothing."""
    context = context_of(request)
    task = await context.services.triage.propose(who(request), task_id, body.given())
    return replies.task(request, task, context.now())
