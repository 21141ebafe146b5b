"""The ASGI app of the JSON API; bootstrap adds the pages and wraps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan

from task_assistant.api import documents, handlers, replies
from task_assistant.api.addresses import Addresses
from task_assistant.api.answer_cache import HotReads
from task_assistant.api.context import ApiContext
from task_assistant.api.guards import Guards, PageFor
from task_assistant.api.request_ids import RequestIds
from task_assistant.api.routes import agent, events, health, ingest, keys, reminders, sources, tasks, verbs
from task_assistant.api.security_headers import SecurityHeaders

# The order is the order of matching: what agents call most comes first.
ROUTERS: Sequence[APIRouter] = tuple(
    area.router for area in (agent, verbs, tasks, ingest, events, keys, reminders, sources, health)
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


def wrap(
    app: ASGIApp, context: ApiContext, addresses: Addresses, page_for: PageFor | None = None
) -> ASGIApp:
    """The app as the server serves it.

    Outermost the security headers, which every answer has, an unforeseen error's too; then the request ids, which every
    refusal has; then the guards; the hot reads and the app itself see only what the guards let through.
    """
    hot = HotReads(app, context.gate, context.services.queue, context.cache)
    named = RequestIds(Guards(hot, addresses, page_for), page_for)
    return SecurityHeaders(named, https=addresses.https)
