"""GET /live: tells an open page that something changed, at most four times a second; the page then reads itself anew.

Server-sent events: `{"seq", "ids", "needs_you"}` with the end of the feed, the tasks that changed (up to 500) and the
number for the tab's title.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from task_assistant.web.frame import count
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.wire.render import to_json

AT_ONCE = 500
QUIET = 15.0  # seconds after which a comment keeps the connection alive
TOGETHER = 0.25  # seconds in which changes are gathered into one message
RETRY = 2_000  # milliseconds after which a browser connects again
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


async def live(site: Site, request: Request, visit: Visit) -> Response:
    """The stream, from `after` (the position that the page shows) on, or from now."""
    after = request.query_params.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) <= 16
    position = int(after) if known else await site.services.feed.position()
    return StreamingResponse(_stream(site, request, visit, position), 200, HEADERS, "text/event-stream")


async def _stream(site: Site, request: Request, visit: Visit, after: int) -> AsyncIterator[bytes]:
    """Ends when the page has gone, the session has ended, or the server stops."""
    yield b"retry: %d\n\n" % RETRY

    async def over() -> bool:
        return site.stopping.is_set() or await request.is_disconnected()

    tag = (await site.queue.state()).tag
    while not await over() and await site.door.visit(request) is not None:
        page = await site.services.feed.read(visit.caller, after, AT_ONCE, await _patience(site), over)
        after, state = page.next, await site.queue.state()
        ids = sorted({event.task_id for event in page.events if event.task_id is not None})
        if page.events or state.tag != tag:
            needs_you = (await count(site, visit)).needs_you
            yield b"data: %b\n\n" % to_json({"seq": after, "ids": ids, "needs_you": needs_you})
            await asyncio.sleep(TOGETHER)
        else:
            yield b": %d\n\n" % after
        tag = state.tag


async def _patience(site: Site) -> float:
    """How long to wait for an event: until a due time, a deferral or a lease changes the board by itself, at most."""
    until = (await site.queue.state()).until
    if until is None:
        return QUIET
    return max(0.05, min(QUIET, (until - site.clock.now()).total_seconds()))
