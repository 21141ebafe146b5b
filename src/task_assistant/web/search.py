"""Search: full text, newest first or in any sort, with the words found marked; a number is a task's id."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain import limits
from task_assistant.domain.errors import TaskNotFound
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sight
from task_assistant.web.filters import SORT_WORDS, Filters
from task_assistant.web.frame import show
from task_assistant.web.hits import Part, marked, snippet
from task_assistant.web.rows import Row, row
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.web.windows import Window, window

PATH = "/search"
MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A found task as a row, with its title in parts and a stretch of its text."""

    row: Row
    title: tuple[Part, ...]
    snippet: tuple[Part, ...]


async def search(site: Site, request: Request, visit: Visit) -> Response:
    """GET /search with `q`, `closed` (also done and cancelled), the filters, `sort` and `cursor`."""
    text = request.query_params.get("q", "").strip()[:MOST_TEXT]
    closed = "closed" in request.query_params
    filters = Filters.read(request.query_params)
    found = await _find(site, request, visit, text, filters, closed=closed) if text else Window((), 0, "")
    named = await _named(site, visit, text)
    tasks = [*named, *(task for task in found.tasks if task not in named)]
    return await show(
        site,
        request,
        visit,
        "search.html",
        here="search",
        text=text,
        closed=closed,
        hits=[_hit(site, visit, task, text) for task in tasks],
        window=found,
        depth=site.services.desk.store.search_depth,
        filters=filters,
        path=PATH,
        sorts=SORT_WORDS,
    )


async def _find(
    site: Site, request: Request, visit: Visit, text: str, filters: Filters, *, closed: bool
) -> Window:
    query = filters.query(sight(visit.caller), site.clock.now(), 0)
    return await window(site, request, replace(query, text=text, include_closed=closed))


async def _named(site: Site, visit: Visit, text: str) -> list[Task]:
    """The task whose number was typed (42 or #42), if there is one."""
    number = text.removeprefix("#")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:17]) <= limits.ID):
        return []
    try:
        return [await site.services.tasks.get(visit.caller, int(number))]
    except TaskNotFound:
        return []


def _hit(site: Site, visit: Visit, task: Task, text: str) -> Hit:
    shown = row(task, site.clock.now(), visit.zone)
    return Hit(shown, marked(shown.title, text), snippet(task, text))
