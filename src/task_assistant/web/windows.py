"""One window on a list: at most fifty rows, and the cursor of those after them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request

from task_assistant.api import paging
from task_assistant.api.paging import Place
from task_assistant.domain.errors import InvalidFields
from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.task import Task
from task_assistant.ports.queries import Query
from task_assistant.web.site import Site

LENGTH = 50


@dataclass(frozen=True, slots=True)
class Window:
    """Some tasks in order; `passed` came before them, `following` is the cursor of the next ones ("" = none)."""

    tasks: tuple[Task, ...]
    passed: int
    following: str


async def window(site: Site, request: Request, query: Query) -> Window:
    """The rows that the request's cursor names, of a query from the top; from the top for a cursor that is too old."""
    begin = _begin(request, query.now)
    found = await site.queue.find(replace(query, now=begin.now, limit=LENGTH + 1, after=begin.key or None))
    tasks = tuple(found[:LENGTH])
    following = ""
    if len(found) > LENGTH:
        last = key(tasks[-1], query.sort or (Sort.CREATED if query.text else Sort.SMART), begin.now)
        following = paging.write(request.scope, Place(begin.now, begin.passed + LENGTH, last))
    return Window(tasks, begin.passed, following)


def _begin(request: Request, now: datetime) -> Place:
    try:
        return paging.read(request.scope, request.query_params["cursor"], now)
    except (KeyError, InvalidFields):
        return Place(now, 0, ())
