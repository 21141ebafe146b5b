"""The first page: one ranked list of everything that waits for the person, each with its actions in place."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.lanes import outside
from task_assistant.domain.task import Lane
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.web.frame import show
from task_assistant.web.lanes import NEEDS_YOU
from task_assistant.web.rows import WORDS, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.web.windows import Window, window

# What a row asks of the person, as the chips above the list word it.
CHIPS = {Lane.BLOCKED: "Answer", Lane.REVIEW: "Review", Lane.HUMAN: "Do", Lane.TRIAGE: "Triage"}


async def needs_you(site: Site, request: Request, visit: Visit) -> Response:
    """GET /, `only` one lane of it, from `cursor` on."""
    only = _only(request)
    found = await _window(site, request, visit, only)
    now = site.clock.now()
    return await show(
        site,
        request,
        visit,
        "needs_you.html",
        here="needs-you",
        rows=[row(task, now, visit.zone) for task in found.tasks],
        following=found.following,
        cursor=request.query_params.get("cursor", ""),
        only=only,
        words=WORDS[only] if only else None,
        steps=await site.services.first_steps.left(visit.caller),
        chips=[(lane, CHIPS[lane]) for lane in NEEDS_YOU],
        key_set=site.ways.key_set,
    )


def _only(request: Request) -> Lane | None:
    named = request.query_params.get("only", "")
    return Lane(named) if named in NEEDS_YOU else None


async def _window(site: Site, request: Request, visit: Visit, only: Lane | None) -> Window:
    """One read of at most 51 rows; what waits for an outside date is left out, so a window may be shorter."""
    now = site.clock.now()
    lanes = frozenset({only}) if only else frozenset(NEEDS_YOU)
    found = await window(site, request, Query(now, sight(visit.caller), 0, lanes=lanes))
    return replace(found, tasks=tuple(task for task in found.tasks if not outside(task, now)))
