"""The first page: one ranked list of everything that waits for the person, each with its actions in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import paging
from task_assistant.api.paging import Place
from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.lanes import outside
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.task import Lane, Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.store import Query
from task_assistant.web.frame import show
from task_assistant.web.lanes import NEEDS_YOU
from task_assistant.web.rows import WORDS, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

LENGTH = 50
# What a row asks of the person, as the chips above the list word it.
CHIPS = {Lane.BLOCKED: "Answer", Lane.REVIEW: "Review", Lane.HUMAN: "Do", Lane.TRIAGE: "Triage"}


@dataclass(frozen=True, slots=True)
class Window:
    """Some tasks in rank, and the cursor of those after them ("" when there are none)."""

    tasks: tuple[Task, ...]
    following: str


async def needs_you(site: Site, request: Request, visit: Visit) -> Response:
    """GET /, `only` one lane of it, from `cursor` on."""
    only = _only(request)
    window = await _window(site, request, visit, only)
    now = site.clock.now()
    return await show(
        site,
        request,
        visit,
        "needs_you.html",
        here="needs-you",
        rows=[row(task, now, visit.zone) for task in window.tasks],
        following=window.following,
        cursor=request.query_params.get("cursor", ""),
        only=only,
        words=WORDS[only] if only else None,
        steps=await site.services.first_steps.left(visit.caller),
        chips=[(lane, CHIPS[lane]) for lane in NEEDS_YOU],
        key_set=site.key_set,
    )


def _only(request: Request) -> Lane | None:
    named = request.query_params.get("only", "")
    return Lane(named) if named in NEEDS_YOU else None


async def _window(site: Site, request: Request, visit: Visit, only: Lane | None) -> Window:
    """One read of at most 51 rows; what waits for an outside date is left out, so a window may be shorter."""
    begin = _begin(request, site.clock.now())
    lanes = frozenset({only}) if only else frozenset(NEEDS_YOU)
    query = Query(begin.now, sight(visit.caller), LENGTH + 1, lanes=lanes, after=begin.key or None)
    found = await site.queue.find(query)
    tasks = found[:LENGTH]
    following = ""
    if len(found) > LENGTH:
        last = key(tasks[-1], Sort.SMART, begin.now)
        following = paging.write(request.scope, Place(begin.now, begin.passed + LENGTH, last))
    return Window(tuple(task for task in tasks if not outside(task, site.clock.now())), following)


def _begin(request: Request, now: datetime) -> Place:
    """The place that the address names; the top for a cursor that is too old."""
    try:
        return paging.read(request.scope, request.query_params["cursor"], now)
    except (KeyError, InvalidFields):
        return Place(now, 0, ())
