"""All pages of one server: which address is which page, wired to the use cases. What bootstrap calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route

from task_assistant.api.addresses import Addresses
from task_assistant.api.auth import Keys
from task_assistant.api.guards import PageFor
from task_assistant.api.sign_in import Attempts, LocalSignIn, SignIn
from task_assistant.services.house import Services
from task_assistant.web import sign_in
from task_assistant.web.board import board
from task_assistant.web.docs import docs
from task_assistant.web.error_pages import ErrorPages
from task_assistant.web.sign_in import signed_in
from task_assistant.web.site import Page, Site
from task_assistant.web.static_files import StaticFiles
from task_assistant.web.task_list import task_list
from task_assistant.web.templating import Templates
from task_assistant.web.visits import Door

PAGES: tuple[tuple[str, Page], ...] = (("/", board), ("/tasks", task_list), ("/docs", docs))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the settings decide about the pages.

    `auto` is LOCAL_SIGN_IN=auto. `key_set` says whether TASK_TRACKER_API_KEY admits anybody. `zone` words times until
    the browser has told its own. `monotonic` counts seconds.
    """

    auto: bool
    key_set: bool
    zone: tzinfo
    monotonic: Callable[[], float]


class Pages:
    """The pages over these use cases."""

    def __init__(self, services: Services, keys: Keys, addresses: Addresses, choices: Choices) -> None:
        self._static = StaticFiles.installed()
        templates = Templates(self._static)
        clock = services.desk.clock
        attempts = Attempts(choices.monotonic)
        signing = SignIn(keys, services.sessions, services.links, addresses, attempts)
        local = LocalSignIn(addresses, choices.auto)
        door = Door(addresses, services.sessions, signing, local, clock, choices.zone)
        self._site = Site(templates, door, services.queue, clock, choices.key_set)
        self.page_for: PageFor = ErrorPages(templates).page_for

    def mount(self, app: Starlette) -> None:
        """Adds the pages to the app. They are no part of the JSON API, so its document does not list them."""
        app.router.routes.extend(self._routes())

    def _routes(self) -> list[Route]:
        """PAGES want a signed-in browser; those after them are how one becomes that."""
        site = self._site
        return [
            *(Route(path, signed_in(site, page), methods=["GET"]) for path, page in PAGES),
            Route("/sign-in", partial(sign_in.show, site), methods=["GET"]),
            Route("/sign-in", partial(sign_in.by_key, site), methods=["POST"]),
            Route("/sign-in/{token}", partial(sign_in.show_link, site), methods=["GET"]),
            Route("/sign-in/{token}", partial(sign_in.by_link, site), methods=["POST"]),
            Route("/sign-out", partial(sign_in.sign_out, site), methods=["POST"]),
            self._static.route(),
        ]
