"""One artifact: on a page of its own, as a part that a page loads, and as a file to download. Always inert."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.task import ArtifactInfo
from task_assistant.web.artifacts.viewing import view
from task_assistant.web.frame import packed, show
from task_assistant.web.site import Site
from task_assistant.web.task_results import artifact
from task_assistant.web.visits import Visit

MOST_LINES = 3_000
_UNSAFE = re.compile(r"[^\w .()+,=@-]")
LONGEST_NAME = 100


async def task_artifact(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}/artifacts/{n}; with `part` only its view."""
    task_id, n = request.path_params["id"], request.path_params["n"]
    task, record = await site.services.dossiers.artifact(visit.caller, task_id, n)
    info = ArtifactInfo(**(record.data or {}))
    opened = view(info.name, info.type, record.text or "", MOST_LINES)
    shown = artifact(info, opened)
    if "part" in request.query_params:
        return packed(request, site.templates.answer("task_artifact_part.html", task=task, artifact=shown))
    return await show(site, request, visit, "task_artifact.html", here="task", task=task, artifact=shown)


async def task_artifact_file(site: Site, request: Request, visit: Visit) -> Response:
    """GET /tasks/{id}/artifacts/{n}/file: the exact text, always to be saved, never to be run or rendered."""
    _, record = await site.services.dossiers.artifact(
        visit.caller, request.path_params["id"], request.path_params["n"]
    )
    name = file_name(str((record.data or {})["name"]))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response((record.text or "").encode(), 200, headers, "text/plain; charset=utf-8")


def file_name(name: str) -> str:
    """The name without folders, and with nothing in it that a shell or a file system takes for something else."""
    last = re.split(r"[/\\]", name)[-1]
    safe = _UNSAFE.sub("_", last).strip(" .")[-LONGEST_NAME:]
    return safe or "artifact.txt"
