"""GET /find?q=: the few tasks that the palette offers for some words, or for an id such as `42` or `#42`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.api import replies
from task_assistant.domain import limits
from task_assistant.domain.task import Task
from task_assistant.domain.visibility import sight
from task_assistant.ports.queries import Query
from task_assistant.web.rows import short
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit

MOST = 6
LONGEST = 200


async def find(site: Site, request: Request, visit: Visit) -> Response:
    """`{"tasks": [{"id", "title", "open"}]}`, an exact id first, then the newest hits."""
    words = request.query_params.get("q", "").strip()[:LONGEST]
    found = await _named(site, words) + await _hits(site, visit, words)
    once = list({task.id: task for task in found}.values())[:MOST]
    shown = [{"id": task.id, "title": short(task.title, 90), "open": task.active} for task in once]
    return replies.json({"tasks": shown})


async def _named(site: Site, words: str) -> list[Task]:
    digits = words.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16 and 0 < int(digits) <= limits.ID):
        return []
    task = await site.services.desk.store.get(int(digits))
    return [task] if task is not None and task.deleted_at is None else []


async def _hits(site: Site, visit: Visit, words: str) -> list[Task]:
    if not words:
        return []
    query = Query(site.clock.now(), sight(visit.caller), MOST, text=words, include_closed=True)
    return await site.queue.find(query)
