"""The event feed: pages for pollers, a stream for who stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from task_assistant.api import problems, replies
from task_assistant.api.auth import EVERYONE, allow
from task_assistant.api.context import ApiContext, context_of, gone
from task_assistant.api.contract_route import ContractRoute, who
from task_assistant.api.documents import LAST_EVENT_ID
from task_assistant.api.guards import Refused
from task_assistant.api.queries import FeedQuery, StreamQuery, asked, reads
from task_assistant.domain import limits
from task_assistant.domain.errors import Refusal
from task_assistant.domain.history import Event
from task_assistant.domain.roles import Caller
from task_assistant.wire import answers, render

router = APIRouter(route_class=ContractRoute, tags=["events"])
AT_ONCE = 100
QUIET = 15.0  # seconds after which a comment keeps the connection alive
RETRY = 3_000  # milliseconds after which a browser connects again


@router.get("/api/events", response_model=answers.EventPage, summary="Read events after a position")
@reads(FeedQuery)
@allow(*EVERYONE, action="read events")
async def list_events(request: Request) -> Response:
    """Go on from `next`: no committed event is ever missed. `wait` waits for the first one. `newest` is the end."""
    query = asked(request, FeedQuery)
    feed = context_of(request).services.feed
    page = await feed.read(who(request), query.after, query.limit, query.wait, partial(gone, request))
    found = [render.event(event) for event in page.events]
    return replies.json({"events": found, "next": page.next, "newest": await feed.position()})


@router.get(
    "/api/events/stream",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    openapi_extra={"parameters": [LAST_EVENT_ID]},
    summary="Follow events as they happen",
)
@reads(StreamQuery)
@allow(*EVERYONE, action="read events")
async def stream_events(request: Request) -> Response:
    """Server-sent events: `id` is the `seq`, `event` the type, `data` the event. Resumes from Last-Event-ID."""
    query = asked(request, StreamQuery)
    context = context_of(request)
    after = _last_seen(request)
    if after is None:
        after = query.after if query.after is not None else await context.services.feed.position()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(context, request, who(request), after)
    return StreamingResponse(stream, 200, headers, "text/event-stream")


def _last_seen(request: Request) -> int | None:
    text = request.headers.get("last-event-id")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= limits.ID):
        raise problems.invalid([{"field": "Last-Event-ID", "message": "must be the seq of an event"}])
    return int(text)


async def _stream(context: ApiContext, request: Request, caller: Caller, after: int) -> AsyncIterator[bytes]:
    """Ends when the client has gone, the credential no longer counts, or the server stops."""
    yield f"retry: {RETRY}\n\n".encode()
    over = partial(gone, request)
    while not await over() and await _still_admitted(context, request):
        page = await context.services.feed.read(caller, after, AT_ONCE, QUIET, over)
        if page.events:
            yield b"".join(map(_sent, page.events))
        else:
            yield f": {page.next}\n\n".encode()
        after = page.next


async def _still_admitted(context: ApiContext, request: Request) -> bool:
    try:
        await context.gate.caller(request.scope)
    except (Refusal, Refused):
        return False
    return True


def _sent(event: Event) -> bytes:
    data = render.to_json(render.event(event))
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.seq, event.type.encode(), data)
