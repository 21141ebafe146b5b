"""How healthy what brings tasks in is, and what it need not process again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import EVERYONE, allow
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import refuses
from task_assistant.domain.lifecycle import FEEDERS
from task_assistant.wire import answers
from task_assistant.wire.ingest import IngestionCheck, IngestionDecision, SourceReport

router = APIRouter(route_class=ContractRoute, tags=["sources"])
ADVICE = "use an adapter's key"


@router.post("/api/agent/sources/report", response_model=answers.Source, summary="Report a source's health")
@allow(*FEEDERS, action="report sources", advice=ADVICE)
async def report_source(request: Request, body: SourceReport) -> Response:
    """The source as it is known now; an older report than the stored one is ignored."""
    source = await context_of(request).services.sources.report(who(request), body.given())
    return replies.json(_source(source))


@router.get("/api/sources", response_model=list[answers.Source], summary="List sources")
@allow(*EVERYONE, action="list sources")
async def list_sources(request: Request) -> Response:
    """Worst first; an adapter sees its own."""
    sources = await context_of(request).services.sources.all(who(request))
    return replies.json([_source(source) for source in sources])


def _source(known: dict[str, Any]) -> dict[str, Any]:
    """Every field of the contract, also those that the last report did not give."""
    return {name: known.get(name) for name in answers.Source.model_fields}


@router.post(
    "/api/agent/ingestion/check", response_model=answers.IngestionAnswer, summary="Which items need a look?"
)
@allow(*FEEDERS, action="check items", advice=ADVICE)
async def check_ingestion(request: Request, body: IngestionCheck) -> Response:
    """One answer for each item, in input order."""
    asked = [item.given() for item in body.items]
    items = await context_of(request).services.sources.check(who(request), body.source_id, asked)
    shown = [{**item, "existing_decision": _decision(item["existing_decision"])} for item in items]
    return replies.json({"source_id": body.source_id, "items": shown})


@router.post(
    "/api/agent/ingestion/decisions",
    response_model=answers.Decision,
    responses=refuses(404),
    summary="Remember what became of an item",
)
@allow(*FEEDERS, action="record decisions", advice=ADVICE)
async def decide_ingestion(request: Request, body: IngestionDecision) -> Response:
    """A later decision on the same item replaces the earlier one."""
    decided = await context_of(request).services.sources.decide(who(request), body.given())
    return replies.about(request, _decision(decided), [body.task_id] if body.task_id is not None else [])


def _decision(known: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if known is None else {name: known.get(name) for name in answers.Decision.model_fields}
