"""Webhooks on the page about sources: where events go, how each does, and the secret that is shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from starlette.requests import Request

from task_assistant.services.webhooks import Listed
from task_assistant.web import moments
from task_assistant.web.acting import Told, by_script
from task_assistant.web.forms import Form
from task_assistant.web.frame import show
from task_assistant.web.moments import Moment
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One webhook as the page tells it; `state` in words, `bad` while it needs a look."""

    id: str
    url: str
    types: str
    on: bool
    state: str
    bad: bool
    pending: int
    dead: int
    taken: Moment | None


def webhook_row(it: Listed, now: datetime, zone: tzinfo) -> WebhookRow:
    """What the page shows of a webhook."""
    hook = it.hook
    state = "On" if hook.on else f"Off: {hook.disabled_why}"
    if hook.on and hook.failing_since is not None:
        state = f"Failing for {moments.span(now - hook.failing_since)}, tried again by itself"
    bad = hook.failing_since is not None
    taken = moments.past(hook.last_ok_at, now, zone) if hook.last_ok_at else None
    types = ", ".join(hook.types) or "every event"
    return WebhookRow(hook.id, hook.url, types, hook.on, state, bad, it.pending, it.dead, taken)


async def webhook_rows(site: Site, visit: Visit) -> list[WebhookRow]:
    """All webhooks, oldest first."""
    now = site.clock.now()
    found = await site.services.webhooks.all(visit.caller)
    return [webhook_row(each, now, visit.zone) for each in found]


async def create(site: Site, request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/webhooks with `url` and `types` (commas or spaces between them). Raises InvalidFields."""
    types = form.get("types").replace(",", " ").split()
    hook, secret = await site.services.webhooks.create(visit.caller, form.get("url").strip(), types)
    toast = "Webhook made; events go there from now on"
    if by_script(request):
        shown = site.templates.text("parts/new_webhook.html", hook=hook, secret=secret)
        return Told(toast, facts={"shown": shown})
    page = await show(site, request, visit, "new_webhook.html", here="sources", hook=hook, secret=secret)
    return Told(toast, page=page)


async def switch(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/webhooks/{id}/{on or off}. Raises NotFound."""
    on = request.path_params["state"] == "on"
    await site.services.webhooks.switch(visit.caller, request.path_params["id"], on=on)
    return Told("On again; it goes on where it was" if on else "Off; nothing is sent until it is on again")


async def replay(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/webhooks/{id}/replay: sends what was given up. Raises NotFound."""
    count = await site.services.webhooks.replay(visit.caller, request.path_params["id"])
    return Told(f"{count} {'event is' if count == 1 else 'events are'} sent again")


async def remove(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/webhooks/{id}/remove: for good, with what waits for it. Raises NotFound."""
    await site.services.webhooks.remove(visit.caller, request.path_params["id"])
    return Told("Webhook removed")
