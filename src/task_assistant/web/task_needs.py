"""Finding the task that another one shall wait for: by its number, or by words."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.errors import TaskNotFound
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.web.frame import show
from task_assistant.web.site import Site
from task_assistant.web.task_view import neighbour
from task_assistant.web.visits import Visit

MOST = 8
LONGEST = 240


async def task_candidates(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}/candidates?q=: active tasks that fit, without the task itself; with `part` only the list."""
    task = await site.services.tasks.get(visit.caller, request.path_params["id"])
    q = request.query_params.get("q", "").strip()[:LONGEST]
    taken = {task.id, *task.depends_on}
    found = [each for each in await _fitting(site, visit, q) if each.id not in taken]
    shown = [neighbour(each) for each in found[:MOST]]
    if "part" in request.query_params:
        token = visit.session.csrf_token
        return site.templates.answer(
            "task_candidates_part.html", csrf_token=token, task=task, q=q, found=shown
        )
    return await show(site, request, visit, "task_candidates.html", here="task", task=task, q=q, found=shown)


async def _fitting(site: Site, visit: Visit, q: str) -> list[Task]:
    if not q:
        return []
    most = MOST + 1
    named = await _numbered(site, visit, q.lstrip("#"))
    by_words = await site.queue.find(Query(site.clock.now(), sight(visit.caller), most, text=q))
    return [*named, *(task for task in by_words if task not in named)]


async def _numbered(site: Site, visit: Visit, text: str) -> list[Task]:
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        return []
    try:
        task = await site.services.tasks.get(visit.caller, int(text))
    except TaskNotFound:
        return []
    return [task] if task.active else []
