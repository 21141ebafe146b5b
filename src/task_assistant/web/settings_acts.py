"""What the settings page changes: preferences, saved views, sessions, and a link that signs in a phone once."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from task_assistant.api.addresses import Host
from task_assistant.services.preferences import CHECKS
from task_assistant.web.acting import Told, by_script
from task_assistant.web.connect import base_url
from task_assistant.web.forms import Form
from task_assistant.web.frame import show
from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


async def change(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/settings with any of the preferences."""
    said = {name: form.get(name).strip() for name in form.names() & CHECKS.keys()}
    before = visit.preferences
    after = await site.services.preferences.change(visit.caller, said)
    return Told("Saved" if after != before else "Nothing was different", facts={"theme": after.theme.value})


async def keep_view(site: Site, _request: Request, visit: Visit, form: Form) -> Told:
    """POST /do/views with `name` and `url`, the path of a list with its choices."""
    view = await site.services.preferences.keep_view(visit.caller, form.get("name"), form.get("url"))
    return Told(f"View “{view.name}” saved")


async def forget_view(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/views/{id}/forget."""
    view = await site.services.preferences.drop_view(visit.caller, request.path_params["id"])
    return Told(f"View “{view.name}” forgotten")


async def end_session(site: Site, request: Request, _visit: Visit, _form: Form) -> Told:
    """POST /do/settings/sessions/{id}/end: that browser must sign in again, at once. Raises NotFound."""
    await site.services.sessions.end_by_id(request.path_params["id"])
    return Told("That browser is signed out")


async def end_others(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/settings/sessions/end-others: every browser but this one must sign in again."""
    others = [each.id for each in await site.services.sessions.all() if each.id != visit.session.id]
    if others:
        await site.services.sessions.end_by_id(*others)
    count = len(others)
    return Told(f"{count} other {'browser is' if count == 1 else 'browsers are'} signed out")


async def send_test_message(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/settings/test-message: to every address of NOTIFY_URLS, now."""
    done = await site.services.notifications.test(visit.caller)
    if done.failed:
        return Told(f"Not taken by {', '.join(done.failed)}")
    return Told("Sent; look whether it arrived" if done.messages else "NOTIFY_URLS names no address yet")


async def new_calendar(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/settings/calendar: a calendar address, shown this once; the one before ends."""
    _, secret = await site.services.calendar.create(visit.caller)
    context: dict[str, Any] = {"url": f"{base_url(site, request)}/calendar.ics?token={secret}"}
    toast = "The calendar address is made"
    if by_script(request):
        shown = site.templates.text("parts/new_calendar.html", **context)
        return Told(toast, facts={"shown": shown, "where": "shown-calendar"})
    return Told(toast, page=await show(site, request, visit, "new_calendar.html", here="settings", **context))


async def end_calendar(site: Site, _request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/settings/calendar/end: no program reads the calendar any more. Raises NotFound."""
    await site.services.calendar.revoke(visit.caller)
    return Told("The calendar address is no longer good")


async def link(site: Site, request: Request, visit: Visit, _form: Form) -> Told:
    """POST /do/settings/sign-in-link: a link that signs in one browser within 15 minutes, shown this once."""
    base = base_url(site, request)
    host = Host.parse(base.partition("://")[2])
    context: dict[str, Any] = {
        "url": f"{base}/sign-in/{await site.services.links.create()}",
        "here_only": host is None or host.loopback,
    }
    toast = "The link is good for 15 minutes, once"
    if by_script(request):
        return Told(toast, facts={"shown": site.templates.text("parts/new_link.html", **context)})
    return Told(toast, page=await show(site, request, visit, "new_link.html", here="settings", **context))
