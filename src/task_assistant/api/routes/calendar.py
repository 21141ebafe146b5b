"""The calendar feed, whose secret is in its address, and that address."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.api.auth import allow
from task_assistant.api.conditional import unchanged
from task_assistant.api.context import context_of
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import IF_NONE_MATCH, query_parameters, refuses
from task_assistant.api.problems import HttpProblem
from task_assistant.api.queries import Query, read
from task_assistant.domain.roles import Role
from task_assistant.wire import answers
from task_assistant.wire.fields import Text

# Two routers: what is read with the secret in the address knows no keys.
feed = APIRouter(tags=["calendar"])
router = APIRouter(route_class=ContractRoute, tags=["calendar"])
WRONG_ADDRESS = HttpProblem(
    401, "calendar_address_wrong", "Not a calendar address",
    "This is no calendar address, or no longer. Make a new one on the settings page, or with: pta calendar new",
    {"WWW-Authenticate": "Bearer"},
)  # fmt: skip


class CalendarQuery(Query):
    """What the address may say."""

    token: Annotated[str, Text(200), Field(description="The secret of the calendar address.")] = ""
    estimates: Annotated[
        bool, Field(description="Also shows the due times that the server estimated, marked as such.")
    ] = False


@feed.get(
    "/calendar.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}, **refuses(304, 401, 422)},
    openapi_extra={"security": [], "parameters": [*query_parameters(CalendarQuery), IF_NONE_MATCH]},
    operation_id="read_calendar",
    summary="The person's calendar",
)
async def read_calendar(request: Request) -> Response:
    """Deadlines and reminders with alarms as iCalendar (RFC 5545); private tasks are not in it."""
    # Imported late: the library takes its time, and only calendar programs need it.
    from task_assistant.wire import calendar

    query = read(request.scope["query_string"], CalendarQuery)
    context = context_of(request)
    if not isinstance(query, CalendarQuery) or not await context.services.calendar.opens(query.token):
        raise WRONG_ADDRESS
    entries = await context.services.calendar.entries(estimates=query.estimates)
    # In a thread: a thousand entries that nobody has asked for before take most of a second.
    body = await asyncio.to_thread(calendar.to_ical, entries, context_of(request).base_url(request))
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if unchanged(request.scope, tag.encode()):
        return Response(None, 304, headers)
    return Response(body, 200, headers, calendar.MEDIA_TYPE)


@router.get("/api/calendar", response_model=answers.CalendarAddress, summary="Is there a calendar address?")
@allow(Role.OWNER, action="ask about the calendar address")
async def read_calendar_address(request: Request) -> Response:
    """Since when there is one; its secret is told only when it is made."""
    found = await context_of(request).services.calendar.address(who(request))
    return replies.json({"created_at": found.created_at if found else None, "url": None})


@router.post(
    "/api/calendar",
    status_code=201,
    response_model=answers.CalendarAddress,
    summary="Make a calendar address",
)
@allow(Role.OWNER, action="make a calendar address")
async def create_calendar_address(request: Request) -> Response:
    """The address is in `url`, this once; the one before ends. Whoever has it reads the calendar and nothing else."""
    made, secret = await context_of(request).services.calendar.create(who(request))
    url = f"{context_of(request).base_url(request)}/calendar.ics?token={secret}"
    return replies.secret(request, {"created_at": made.created_at, "url": url}, location="/api/calendar")


@router.delete(
    "/api/calendar",
    status_code=204,
    response_class=Response,
    responses=refuses(404),
    summary="End the calendar address",
)
@allow(Role.OWNER, action="end the calendar address")
async def revoke_calendar_address(request: Request) -> Response:
    """At once, for every program that reads it."""
    await context_of(request).services.calendar.revoke(who(request))
    return Response(status_code=204)


router.routes.extend(feed.routes)
