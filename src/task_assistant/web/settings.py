"""Settings: what the person prefers, which browsers are signed in, and where everything is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.domain.task import Owner
from task_assistant.services.preferences import LABEL_LENGTH, Theme
from task_assistant.services.sessions import Opened
from task_assistant.web import moments
from task_assistant.web.connect import base_url
from task_assistant.web.frame import show
from task_assistant.web.learned import learned
from task_assistant.web.moments import Moment
from task_assistant.web.site import Site
from task_assistant.web.triage import PRIORITIES
from task_assistant.web.visits import ZONE_COOKIE, Visit

SHOWN = 50  # sessions, the newest
THEMES = ((Theme.SYSTEM, "As the device"), (Theme.LIGHT, "Light"), (Theme.DARK, "Dark"))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One signed-in browser."""

    id: str
    browser: str
    own: bool
    started: Moment
    ends: Moment


# What a file to be brought in may be, as the API and the person call it.
FORMATS = (
    ("dump", "an export of ours"), ("todoist", "Todoist (CSV)"), ("trello", "Trello (JSON)"),
    ("taskwarrior", "Taskwarrior (JSON)"), ("todotxt", "todo.txt"), ("github", "GitHub issues (JSON)"),
)  # fmt: skip


async def settings(site: Site, request: Request, visit: Visit) -> Response:
    """GET /settings."""
    now = site.clock.now()
    address = await site.services.calendar.address(visit.caller)
    opened = await site.services.sessions.all()
    backed_up_at = site.about.backed_up_at()
    told = await site.services.notifications.status()
    return await show(
        site, request, visit, "settings.html",
        here="settings",
        chosen=visit.preferences,
        themes=THEMES,
        owners=owner_choices(visit.preferences.agents),
        formats=FORMATS,
        priorities=PRIORITIES,
        zones=zones(),
        browser_zone=request.cookies.get(ZONE_COOKIE, ""),
        clock=f"{moments.local(now, visit.zone):%H:%M}",
        label_length=LABEL_LENGTH,
        sessions=[_row(each, visit, now) for each in opened[:SHOWN]],
        more=len(opened) - SHOWN,
        told=told,
        told_at=moments.past(told.at, now, visit.zone) if told.at else None,
        base=base_url(site, request),
        calendar=moments.past(address.created_at, now, visit.zone) if address else None,
        about=site.about,
        backed_up=moments.past(backed_up_at, now, visit.zone) if backed_up_at else None,
        learned=await learned(site, visit),
        asked=site.services.opinions.name,
    )  # fmt: skip


def owner_choices(agents: str) -> tuple[tuple[Owner, str], ...]:
    """Who a captured task may begin with, in the person's words."""
    return ((Owner.UNASSIGNED, "nobody: it waits in triage"), (Owner.ME, "you"), (Owner.CODEX, agents))


@cache
def zones() -> tuple[str, ...]:
    """Every place that the time zone database knows, without its old aliases."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith(OLD)))


OLD = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


def _row(each: Opened, visit: Visit, now: datetime) -> SessionRow:
    return SessionRow(
        id=each.id,
        browser=", ".join(filter(None, (each.browser or "A browser", each.email))),
        own=each.id == visit.session.id,
        started=moments.past(each.started_at, now, visit.zone),
        ends=moments.at(each.expires_at, now, visit.zone),
    )
