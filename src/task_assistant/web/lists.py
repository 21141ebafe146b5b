"""Lists: a lane, a status, what is overdue, or any narrowing of the whole board; where every number leads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.ranking import DueBand
from task_assistant.domain.visibility import sight
from task_assistant.web.filters import SORT_WORDS, STATUS_WORDS, Filters
from task_assistant.web.frame import show
from task_assistant.web.rows import WORDS, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.web.windows import window

PATH = "/tasks"
SUBJECTS = ("lane", "status", "due")


async def task_list(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks with any of the filters, `sort` and `cursor`."""
    filters = Filters.read(request.query_params)
    now = site.clock.now()
    found = await window(site, request, filters.query(sight(visit.caller), now, 0))
    subject = next((name for name in SUBJECTS if getattr(filters, name) is not None), "")
    return await show(
        site,
        request,
        visit,
        "list.html",
        here=_here(filters),
        title=_title(filters),
        empty=_empty(filters),
        rows=[row(task, now, visit.zone) for task in found.tasks],
        window=found,
        cursor=request.query_params.get("cursor", ""),
        filters=filters,
        path=PATH,
        subject=subject,
        chips=filters.chips(PATH, kept=frozenset({subject})),
        sorts=SORT_WORDS,
    )


def _here(filters: Filters) -> str:
    return filters.lane.value if filters.lane else "list"


def _title(filters: Filters) -> str:
    if filters.lane:
        return WORDS[filters.lane].label
    if filters.status:
        return STATUS_WORDS[filters.status]
    named = {DueBand.OVERDUE: "Overdue", DueBand.SOON: "Due within 24 hours", DueBand.LATER: "Due later"}
    return named[filters.due] if filters.due else "All tasks"


def _empty(filters: Filters) -> str:
    if filters.lane and len(filters.pairs()) == 1:
        return WORDS[filters.lane].empty
    if filters.due is DueBand.OVERDUE:
        return "Nothing is overdue."
    return "No task fits. Take a filter away to see more."
