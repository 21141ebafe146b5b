"""The numbers: how well work is routed, how it flows, what waits, and what agents make of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.queries import Query, asked, reads
from task_assistant.domain.roles import Role
from task_assistant.services.insights import MOST_WEEKS
from task_assistant.wire import insight_answers, insights

router = APIRouter(route_class=ContractRoute, tags=["insights"])
WEEKS = 12


class InsightsQuery(Query):
    """For how long."""

    weeks: Annotated[
        int,
        Field(ge=1, le=MOST_WEEKS, description="So many weeks (Monday to Sunday, UTC), this one included."),
    ] = WEEKS


@router.get("/api/insights", response_model=insight_answers.Insights, summary="The numbers of the board")
@reads(InsightsQuery)
@allow(Role.OWNER, Role.READER, action="read the insights")
async def read_insights(request: Request) -> Response:
    """Each figure is defined in `definitions`. A reader's numbers are without private tasks and costs."""
    weeks = asked(request, InsightsQuery).weeks
    return replies.json(
        insights.insights(await context_of(request).services.insights.read(who(request), weeks))
    )
