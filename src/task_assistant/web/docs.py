"""The interactive API documentation: Swagger UI from an installed package, its script files from our own address."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from task_assistant.web.site import Site
from task_assistant.web.visits import Visit


async def docs(site: Site, _request: Request, visit: Visit) -> Response:
    """GET /docs. Requests tried out there go by the browser's session."""
    return site.templates.answer("docs.html", csrf_token=visit.session.csrf_token)
