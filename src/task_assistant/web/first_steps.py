"""What the person does on the first day: sample tasks in one click, away with them, away with the checklist."""

from __future__ import annotations

from starlette.requests import Request

from task_assistant.web.acting import Told
from task_assistant.web.forms import Form
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


async def load_samples(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/sample-tasks."""
    count = await site.services.sample_tasks.load(visit.caller)
    return Told(f"{count} sample tasks to look around in" if count else "The sample tasks were loaded before")


async def remove_samples(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/sample-tasks/remove."""
    mark = await site.services.trail.start()
    ids = await site.services.sample_tasks.remove(visit.caller)
    events = await site.services.trail.left(visit.caller, mark)
    return Told(f"{len(ids)} sample tasks deleted", [event.id for event in events])


async def dismiss(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/first-steps/dismiss."""
    await site.services.first_steps.dismiss(visit.caller)
    return Told("The checklist is gone for good")
