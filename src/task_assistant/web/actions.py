"""What the person does to tasks from any page: the verbs, edits, comments, bulk changes and undo, all under /do/."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from task_assistant.domain import limits
from task_assistant.domain.errors import NotFound, Refusal, invalid
from task_assistant.domain.lifecycle import Command
from task_assistant.domain.task import Task
from task_assistant.services.desk import Versions
from task_assistant.web import refusals, toasts
from task_assistant.web.acting import Told
from task_assistant.web.forms import Form
from task_assistant.web.given import given
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit
from task_assistant.wire.requests import Request as Body
from task_assistant.wire.tasks import CommentText, TaskPatch
from task_assistant.wire.verbs import BULK_VERBS, Undo

MOST_UNDONE = 500


async def verb(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/tasks/{id}/{verb} with the fields of that verb, as in the API; `edit` takes the fields of PATCH.

    `version` (of the task, as the page showed it) refuses the change when somebody was faster.
    """
    name, task_id = request.path_params["verb"], _task_id(request)
    if name not in BULK_VERBS and name != Command.EDIT:
        raise HTTPException(404)
    said = _said(site, visit, form, TaskPatch if name == Command.EDIT else BULK_VERBS[name])
    tasks, versions, mark = site.services.tasks, _versions(form), await site.services.trail.start()
    if name == Command.EDIT:
        task = await tasks.edit(visit.caller, task_id, said, versions)
    else:
        task = await tasks.move(visit.caller, task_id, Command(name), said, versions)
    events = await site.services.trail.left(visit.caller, mark)
    toast = toasts.of_one(task, events, site.clock.now(), visit.zone)
    return Told(toast, [event.id for event in events[:1]], task.id, facts={"version": task.version})


async def comment(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/tasks/{id}/comment with `text`."""
    task_id = _task_id(request)
    text = _said(site, visit, form, CommentText)["text"]
    mark = await site.services.trail.start()
    await site.services.tasks.comment(visit.caller, task_id, text)
    events = await site.services.trail.left(visit.caller, mark)
    return Told("Comment added", [event.id for event in events], task_id)


async def bulk(site: Site, _: Request, visit: Visit, form: Form) -> Told:
    """POST /do/bulk with `ids` (repeated, or with commas), `verb` (or `edit`) and its fields; each task by itself."""
    name = form.get("verb")
    if name not in BULK_VERBS and name != Command.EDIT:
        raise invalid("verb", f"must be one of {', '.join(BULK_VERBS)}, edit")
    said = _said(site, visit, form, TaskPatch if name == Command.EDIT else BULK_VERBS[name])
    command = None if name == Command.EDIT else Command(name)
    mark = await site.services.trail.start()
    outcomes = await site.services.tasks.bulk(visit.caller, _ids(form), command, said)
    events = await site.services.trail.left(visit.caller, mark)
    toast = toasts.of_many(outcomes, events, site.clock.now(), visit.zone)
    first = {event.task_id: event.id for event in reversed(events)}
    refused = [outcome.id for outcome in outcomes if outcome.refusal is not None]
    return Told(toast, list(first.values()), facts={"refused": refused})


async def undo(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/undo with `events` (with commas, oldest first), or /do/undo/{event}; `force` undoes over newer work."""
    named = request.path_params.get("event") or form.get("events")
    ids = [id_ for id_ in named.split(",") if id_][:MOST_UNDONE]
    if not ids:
        raise invalid("events", "must name what to undo")
    force = Undo.model_validate({"force": form.get("force") in ("true", "on", "1")}).force
    mark = await site.services.trail.start()
    undone, refused = await _undo_all(site, visit, ids, force=force)
    if not undone:
        raise refused[0]
    events = await site.services.trail.left(visit.caller, mark)
    toast = toasts.of_one(undone[0], events, site.clock.now(), visit.zone)
    if len(ids) > 1:
        not_done = f", {len(refused)} not: {refusals.for_person(refused[0]).detail}" if refused else ""
        toast = f"{len(undone)} undone{not_done}"
    return Told(toast, [event.id for event in events], undone[0].id)


async def _undo_all(
    site: Site, visit: Visit, ids: list[str], *, force: bool
) -> tuple[list[Task], list[Refusal]]:
    """The newest first, each by itself: what was undone, and why the rest was not."""
    undone: list[Task] = []
    refused: list[Refusal] = []
    for event_id in reversed(ids):
        try:
            undone.append(await site.services.tasks.undo(visit.caller, event_id, force=force))
        except Refusal as refusal:
            refused.append(refusal)
    return undone, refused


def _said(site: Site, visit: Visit, form: Form, model: type[Body]) -> dict[str, Any]:
    return given(model, form, site.clock.now(), visit.zone)


def _task_id(request: Request) -> int:
    """The id in the address. Raises NotFound for a number that no task can have."""
    task_id: int = request.path_params["id"]
    if not 0 < task_id <= limits.ID:
        raise NotFound("task", f"#{task_id}")
    return task_id


def _versions(form: Form) -> Versions:
    text = form.get("version")
    if not text:
        return None
    return frozenset({int(text)}) if text.isascii() and text.isdigit() and len(text) <= 16 else frozenset()


def _ids(form: Form) -> list[int]:
    named = [part.strip() for text in form.all("ids") for part in text.split(",") if part.strip()]
    ids = [int(part) for part in named if part.isascii() and part.isdigit() and len(part) <= 16]
    if not ids or len(ids) != len(named) or len(ids) > limits.BATCH:
        raise invalid("ids", f"must name 1 to {limits.BATCH} tasks")
    return ids
