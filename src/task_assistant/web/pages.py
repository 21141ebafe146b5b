"""All pages of one server: which address is which page, wired to the use cases. What bootstrap calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route

from task_assistant.api.addresses import Addresses
from task_assistant.api.auth import Keys
from task_assistant.api.guards import PageFor
from task_assistant.api.sign_in import Attempts, LocalSignIn, SignIn
from task_assistant.services.house import Services
from task_assistant.web import (
    accepting,
    action_links,
    actions,
    first_steps,
    key_acts,
    offline,
    provider_sign_in,
    rule_acts,
    settings_acts,
    sign_in,
    webhooks,
)
from task_assistant.web.acting import Action, acting
from task_assistant.web.agents import agents, pause, resume, take_back
from task_assistant.web.capture import capture, capture_page, preview, source
from task_assistant.web.docs import docs
from task_assistant.web.error_pages import ErrorPages
from task_assistant.web.insights import insights
from task_assistant.web.lists import task_list
from task_assistant.web.live import live
from task_assistant.web.needs_you import needs_you
from task_assistant.web.palette import find
from task_assistant.web.search import search
from task_assistant.web.settings import settings
from task_assistant.web.sign_in import signed_in
from task_assistant.web.site import About, Page, Site, Ways
from task_assistant.web.sources import sources
from task_assistant.web.static_files import StaticFiles
from task_assistant.web.status_board import status_board
from task_assistant.web.task_artifact import task_artifact, task_artifact_file
from task_assistant.web.task_needs import task_candidates
from task_assistant.web.task_page import task_comments, task_history, task_page
from task_assistant.web.task_purging import purge
from task_assistant.web.templating import Templates
from task_assistant.web.triage import triage
from task_assistant.web.visits import Door

# GET, for a signed-in browser. One line a page.
PAGES: tuple[tuple[str, Page], ...] = (
    ("/", needs_you),
    ("/live", live),
    ("/find", find),
    ("/board", status_board),
    ("/search", search),
    ("/tasks", task_list),
    ("/tasks/{id:int}", task_page),
    ("/tasks/{id:int}/history", task_history),
    ("/tasks/{id:int}/comments", task_comments),
    ("/tasks/{id:int}/candidates", task_candidates),
    ("/tasks/{id:int}/artifacts/{n:int}", task_artifact),
    ("/tasks/{id:int}/artifacts/{n:int}/file", task_artifact_file),
    ("/triage", triage),
    ("/triage/accept", accepting.preview),
    ("/capture", capture_page),
    ("/agents", agents),
    ("/sources", sources),
    ("/insights", insights),
    ("/settings", settings),
    ("/docs", docs),
)
# POST that changes nothing: what is asked about is too long for an address.
ASKED: tuple[tuple[str, Page], ...] = (("/capture/preview", preview), ("/capture/source", source))
# POST, with the session's CSRF token. What is matched first stands first.
ACTIONS: tuple[tuple[str, Action], ...] = (
    ("/do/tasks/{id:int}/comment", actions.comment),
    ("/do/tasks/{id:int}/purge", purge),
    ("/do/tasks/{id:int}/{verb}", actions.verb),
    ("/do/capture", capture),
    ("/do/bulk", actions.bulk),
    ("/do/undo", actions.undo),
    ("/do/undo/{event}", actions.undo),
    ("/do/agents/take-back/{id:int}", take_back),
    ("/do/agents/pause", pause),
    ("/do/agents/resume", resume),
    ("/do/triage/accept", accepting.accept),
    ("/do/rules/review", rule_acts.keep_review),
    ("/do/rules/assign", rule_acts.keep_assign),
    ("/do/rules/{id}/forget", rule_acts.drop),
    ("/do/learned/reset", rule_acts.reset),
    ("/do/keys", key_acts.create),
    ("/do/keys/{id}/revoke", key_acts.revoke),
    ("/do/settings", settings_acts.change),
    ("/do/settings/sign-in-link", settings_acts.link),
    ("/do/settings/test-message", settings_acts.send_test_message),
    ("/do/settings/calendar", settings_acts.new_calendar),
    ("/do/settings/calendar/end", settings_acts.end_calendar),
    ("/do/settings/sessions/end-others", settings_acts.end_others),
    ("/do/settings/sessions/{id}/end", settings_acts.end_session),
    ("/do/webhooks", webhooks.create),
    ("/do/webhooks/{id}/replay", webhooks.replay),
    ("/do/webhooks/{id}/remove", webhooks.remove),
    ("/do/webhooks/{id}/{state}", webhooks.switch),
    ("/do/views", settings_acts.keep_view),
    ("/do/views/{id}/forget", settings_acts.forget_view),
    ("/do/sample-tasks", first_steps.load_samples),
    ("/do/sample-tasks/remove", first_steps.remove_samples),
    ("/do/first-steps/dismiss", first_steps.dismiss),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the settings decide about the pages.

    `auto` is LOCAL_SIGN_IN=auto. `zone` words times until the browser has told its own. `monotonic` counts seconds.
    `stopping` ends the streams when the server stops.
    """

    auto: bool
    ways: Ways
    zone: tzinfo
    monotonic: Callable[[], float]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    about: About = field(default_factory=About)


class Pages:
    """The pages over these use cases."""

    def __init__(self, services: Services, keys: Keys, addresses: Addresses, choices: Choices) -> None:
        self._static = StaticFiles.installed()
        templates = Templates(self._static)
        clock = services.desk.clock
        attempts = Attempts(choices.monotonic)
        signing = SignIn(keys, services.sessions, services.links, addresses, attempts)
        local = LocalSignIn(addresses, choices.auto)
        door = Door(addresses, services.sessions, signing, local, clock, choices.zone, services.preferences)
        self.site = Site(templates, door, services, choices.ways, choices.stopping, choices.about)
        self.page_for: PageFor = ErrorPages(templates).page_for

    def mount(self, app: Starlette) -> None:
        """Adds the pages to the app. They are no part of the JSON API, so its document does not list them."""
        app.router.routes.extend(self._routes())

    def _routes(self) -> list[Route]:
        """PAGES want a signed-in browser; those after them are how one becomes that."""
        site = self.site
        return [
            *(Route(path, signed_in(site, page), methods=["GET"]) for path, page in PAGES),
            *(Route(path, signed_in(site, page), methods=["POST"]) for path, page in ASKED),
            *(Route(path, acting(site, action), methods=["POST"]) for path, action in ACTIONS),
            Route("/a/{token}", partial(action_links.show, site), methods=["GET"]),
            Route("/a/{token}", partial(action_links.use, site), methods=["POST"]),
            Route("/sign-in", partial(sign_in.show, site), methods=["GET"]),
            Route("/sign-in", partial(sign_in.by_key, site), methods=["POST"]),
            Route("/sign-in/start", partial(provider_sign_in.start, site), methods=["GET"]),
            Route("/sign-in/callback", partial(provider_sign_in.callback, site), methods=["GET"]),
            Route("/sign-in/{token}", partial(sign_in.show_link, site), methods=["GET"]),
            Route("/sign-in/{token}", partial(sign_in.by_link, site), methods=["POST"]),
            Route("/sign-out", partial(sign_in.sign_out, site), methods=["POST"]),
            *offline.routes(site, self._static),
            self._static.route(),
        ]
