"""Which address is which page: the table that `mount` adds to the app."""

from __future__ import annotations

from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route

from task_assistant.web import sign_in
from task_assistant.web.board import board
from task_assistant.web.docs import docs
from task_assistant.web.sign_in import signed_in
from task_assistant.web.site import Page, Site
from task_assistant.web.static_files import StaticFiles
from task_assistant.web.task_list import task_list

PAGES: tuple[tuple[str, Page], ...] = (("/", board), ("/tasks", task_list), ("/docs", docs))


def routes(site: Site, static: StaticFiles) -> list[Route]:
    """Every route of the pages. PAGES want a signed-in browser; those below are how one becomes that."""
    return [
        *(Route(path, signed_in(site, page), methods=["GET"]) for path, page in PAGES),
        Route("/sign-in", partial(sign_in.show, site), methods=["GET"]),
        Route("/sign-in", partial(sign_in.by_key, site), methods=["POST"]),
        Route("/sign-in/{token}", partial(sign_in.show_link, site), methods=["GET"]),
        Route("/sign-in/{token}", partial(sign_in.by_link, site), methods=["POST"]),
        Route("/sign-out", partial(sign_in.sign_out, site), methods=["POST"]),
        static.route(),
    ]


def mount(app: Starlette, site: Site, static: StaticFiles) -> None:
    """Adds the pages to the app. They are no part of the JSON API, so its document does not list them."""
    app.router.routes.extend(routes(site, static))
