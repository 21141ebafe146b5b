"""The ASGI app of the JSON API; bootstrap adds the pages and wraps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from task_assistant.api import documents, guards, handlers, replies
from task_assistant.api.addresses import Addresses
from task_assistant.api.answer_cache import HotReads
from task_assistant.api.context import ApiContext
from task_assistant.api.guards import PageFor
from task_assistant.api.proxies import NoticesUnknownProxies
from task_assistant.api.routes import (
    actions,
    agent,
    calendar,
    events,
    health,
    ingest,
    insights,
    keys,
    moving,
    notifications,
    reminders,
    sources,
    tasks,
    triage,
    verbs,
    webhooks,
)
from task_assistant.services.rests import Rests

# The order is the order of matching: what agents call most comes first.
ROUTERS: Sequence[APIRouter] = tuple(
    area.router
    for area in (
        agent,
        tasks,
        verbs,
        calendar,
        insights,
        actions,
        triage,
        ingest,
        events,
        keys,
        reminders,
        notifications,
        webhooks,
        sources,
        moving,
        health,
    )
)


def make_app(
    context: ApiContext,
    *,
    lifespan: Lifespan[FastAPI] | None = None,
    page_for: PageFor | None = None,
) -> FastAPI:
    """The app with all routes of the API, their problems and their document. `page_for` words problems for people."""
    app = FastAPI(
        title="Personal Task Assistant",
        version=context.version,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.api = context
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    handlers.install(app, page_for)
    app.router.routes.append(Route("/openapi.json", _document, methods=["GET"]))
    return app


async def _document(request: Request) -> Response:
    """GET /openapi.json. It tells nothing about this installation but its version."""
    document: dict[str, Any] = documents.openapi(request.app)
    return replies.json(document, 200, {"Cache-Control": "no-cache"})


def wrap(app: FastAPI, context: ApiContext, addresses: Addresses, page_for: PageFor | None = None) -> FastAPI:
    """The app as the server serves it: behind headers, ids and guards; the hot reads just before the routes."""
    services = context.services
    app.add_middleware(HotReads, gate=context.gate, queue=services.queue, cache=context.cache)
    guards.install(app, addresses, page_for)
    app.add_middleware(NoticesUnknownProxies)
    app.add_middleware(_noted, rests=services.desk.rests)
    return app


def _noted(app: ASGIApp, rests: Rests) -> ASGIApp:
    """The app, with what the server does by itself told of each request."""

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        rests.asked()
        await app(scope, receive, send)

    return noted
