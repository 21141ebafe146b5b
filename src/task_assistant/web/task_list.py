"""One lane, or what is overdue, as a longer list: where the numbers of the first page lead."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane
from task_assistant.web.frame import show
from task_assistant.web.lanes import Counts
from task_assistant.web.rows import WORDS, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

LENGTH = 50
OVERDUE_EMPTY = "Nothing is overdue."


async def task_list(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks?lane=… or /tasks?due=overdue; anything else is a page that does not exist."""
    lane, due = _lane(request), _due(request)
    if (lane is None) == (due is None):
        raise HTTPException(404)
    counts = Counts.of(await site.queue.tally(visit.caller))
    tasks = await site.queue.top(visit.caller, limit=LENGTH, lane=lane, due=due)
    now = site.clock.now()
    words = WORDS[lane] if lane else None
    return await show(
        site,
        request,
        visit,
        "task_list.html",
        here=lane.value if lane else "overdue",
        title=words.label if words else "Overdue",
        empty=words.empty if words else OVERDUE_EMPTY,
        count=counts.lanes[lane] if lane else counts.overdue,
        rows=[row(task, now, visit.zone) for task in tasks],
    )


def _lane(request: Request) -> Lane | None:
    try:
        return Lane(request.query_params.get("lane", ""))
    except ValueError:
        return None


def _due(request: Request) -> DueBand | None:
    return DueBand.OVERDUE if request.query_params.get("due") == DueBand.OVERDUE else None
