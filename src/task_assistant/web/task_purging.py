"""Erasing a task for good, from its page: only with its number typed."""

from __future__ import annotations

from starlette.requests import Request

from task_assistant.domain.errors import invalid
from task_assistant.web.acting import Told
from task_assistant.web.forms import HOME, Form
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


async def purge(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/tasks/{id}/purge with `confirm`, the task's number. There is no undo, so no event is named."""
    task_id = request.path_params["id"]
    if form.get("confirm").strip().lstrip("#") != str(task_id):
        raise invalid("confirm", f"must be the number of the task, {task_id}; nothing was erased")
    await site.services.tasks.purge(visit.caller, task_id)
    return Told(f"#{task_id} is erased for good", task_id=task_id, go=HOME)
