"""The page of one task, and the same as a pane beside a list: everything that is needed to decide, in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.task import Task
from task_assistant.services.dossier import ENTRIES
from task_assistant.web.artifacts.blocks import View
from task_assistant.web.artifacts.viewing import view
from task_assistant.web.frame import packed, show
from task_assistant.web.site import Site
from task_assistant.web.task_comments import comments
from task_assistant.web.task_history import entries
from task_assistant.web.task_view import TaskView, drawn, task_view
from task_assistant.web.task_words import Reader
from task_assistant.web.visits import Visit

OPENED = 4  # artifacts of the current result that are open from the start
LINES = 60  # of each of them
MOST_COMMENTS = 2_000


async def task_page(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}, with `pane` as a fragment. Deleted tasks too: their history says how to bring them back."""
    reader = _reader(site, visit)
    dossier = await site.services.dossiers.read(visit.caller, request.path_params["id"])
    shown = task_view(dossier, await _opened(site, visit, dossier.task), reader)
    if "pane" in request.query_params:
        return packed(request, _part(site, visit, "task_pane.html", shown))
    return await show(site, request, visit, "task.html", here="task", view=shown, drawn=drawn)


async def task_history(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}/history?before=: the entries before a `seq`; with `part` only their lines."""
    task_id, before = request.path_params["id"], _number(request, "before")
    dossier = await site.services.dossiers.older_events(visit.caller, task_id, before)
    shown = entries(dossier.task, dossier.events, _reader(site, visit))
    context: dict[str, Any] = {
        "drawn": drawn,
        "task": dossier.task,
        "entries": shown,
        "more": dossier.more_events,
    }
    if "part" in request.query_params:
        return site.templates.answer("task_history_part.html", csrf_token=visit.session.csrf_token, **context)
    return await show(site, request, visit, "task_history.html", here="task", **context)


async def task_comments(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}/comments?before=: the comments before a number; with `part` only these."""
    task_id, before = request.path_params["id"], _number(request, "before")
    most = min(MOST_COMMENTS, max(ENTRIES, _number(request, "passed") + ENTRIES))
    dossier = await site.services.dossiers.older(visit.caller, task_id, "comment", most)
    shown = [each for each in comments(dossier, _reader(site, visit)) if each.id < before][:ENTRIES]
    more = bool(shown) and ("comment" in dossier.more or shown[-1].id > 1)
    context: dict[str, Any] = {"task": dossier.task, "comments": shown, "more": more, "passed": most}
    if "part" in request.query_params:
        return site.templates.answer("task_comments_part.html", **context)
    return await show(site, request, visit, "task_comments.html", here="task", **context)


def _part(site: Site, visit: Visit, template: str, shown: TaskView) -> Response:
    return site.templates.answer(template, view=shown, drawn=drawn, csrf_token=visit.session.csrf_token)


def _reader(site: Site, visit: Visit) -> Reader:
    return Reader(site.clock.now(), visit.zone)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0


async def _opened(site: Site, visit: Visit, task: Task) -> Mapping[int, View]:
    """The first artifacts of the current result, read beforehand: a verdict needs them."""
    infos = task.result.artifacts[:OPENED] if task.result is not None else ()
    read = site.services.tasks.artifact
    found = (
        await asyncio.gather(*(read(visit.caller, task.id, info.n) for info in infos)) if task.active else []
    )
    return {
        info.n: view(info.name, info.type, record.text or "", LINES)
        for info, record in zip(infos, found, strict=False)
    }
