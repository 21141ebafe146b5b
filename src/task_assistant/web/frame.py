"""What stands around every page of the app: navigation with counts, who works on what, and what the last action told.

A page calls `show`; everything here costs the same few reads whatever the size of the board.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.sources import Health
from task_assistant.domain.task import Lane
from task_assistant.web import moments, told_cookie
from task_assistant.web.lanes import Counts
from task_assistant.web.places import Group, groups
from task_assistant.web.site import Site
from task_assistant.web.static_files import takes_gzip
from task_assistant.web.told_cookie import Note
from task_assistant.web.visits import Visit

SHOWN_WORKERS = 4
WORTH_PACKING = 1_000  # bytes


@dataclass(frozen=True, slots=True)
class Worker:
    """One agent at work: on which task, and for how long."""

    agent: str
    task_id: int
    title: str
    since: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The view model of app.html. `here` names the place of the navigation, `position` the end of the feed as shown."""

    here: str
    csrf_token: str
    counts: Counts
    groups: tuple[Group, ...]
    workers: tuple[Worker, ...]
    paused: bool
    position: int
    told: Note | None
    theme: str = "system"


async def show(
    site: Site, request: Request, visit: Visit, template: str, *, here: str, status: int = 200, **context: Any
) -> Response:
    """The page with its frame, as an answer that nothing keeps. `here` is the key of a place in the navigation."""
    frame = await frame_of(site, request, visit, here)
    answer = site.templates.answer(template, status, frame=frame, csrf_token=frame.csrf_token, **context)
    if frame.told is not None:
        answer.headers.append("set-cookie", told_cookie.FORGET)
    return packed(request, answer)


async def frame_of(site: Site, request: Request, visit: Visit, here: str) -> Frame:
    """Reads what the frame shows."""
    services, caller, now = site.services, visit.caller, site.clock.now()
    position = await services.feed.position()
    counts = await count(site, visit)
    held = await services.claiming.held(caller, SHOWN_WORKERS) if counts.working else []
    broken = sum(source["status"] != Health.HEALTHY for source in await services.sources.all(caller))
    return Frame(
        here=here,
        csrf_token=visit.session.csrf_token,
        counts=counts,
        groups=groups(counts, broken, visit.preferences.views),
        workers=tuple(
            Worker(claim.agent, task.id, task.title, moments.span(now - claim.claimed_at))
            for task in held
            if (claim := task.claim) is not None
        ),
        paused=bool(await services.agents.names()),
        position=position,
        told=told_cookie.read(site, visit.session, request),
        theme=visit.preferences.theme.value,
    )


async def count(site: Site, visit: Visit) -> Counts:
    """The board in numbers."""
    tally = await site.queue.tally(visit.caller)
    outside = await site.queue.outside(visit.caller) if tally.lanes.get(Lane.BLOCKED) else 0
    return Counts.of(tally, outside)


def packed(request: Request, answer: Response) -> Response:
    """The answer compressed, if the browser takes that and one of our own pages, or the person, asked for it.

    A page elsewhere that led here could put words of its choice into the address and learn from the size what else the
    page holds (BREACH), so to such a request the answer goes as it is.
    """
    asked_by_us = request.headers.get("sec-fetch-site") in ("same-origin", "none")
    if not asked_by_us or not takes_gzip(request) or len(answer.body) < WORTH_PACKING:
        return answer
    answer.body = gzip.compress(answer.body, compresslevel=5, mtime=0)
    answer.headers["content-length"] = str(len(answer.body))
    answer.headers["content-encoding"] = "gzip"
    answer.headers.append("vary", "Accept-Encoding, Sec-Fetch-Site")
    return answer
