"""What lets the browser install the app and say something sensible while the server is gone. Open to anybody: no data.

The service worker keeps styles, scripts and one page for when nothing answers; never a page of the person's.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from task_assistant.web.site import Site
from task_assistant.web.static_files import StaticFiles

ASK_ANEW = "no-cache"
PAGE = "/offline"


def manifest(static: StaticFiles) -> dict[str, Any]:
    """The web app manifest; icons are drawn by us, as SVG for any size."""
    icon = static.url("icon.svg")
    return {
        "name": "Personal Task Assistant",
        "short_name": "Tasks",
        "description": "What needs you, and what your agents do.",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf9f7",
        "theme_color": "#faf9f7",
        "icons": [
            {"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {
                "src": static.url("icon-maskable.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "maskable",
            },
        ],
        "shortcuts": [
            {"name": "Capture", "url": "/capture"},
            {"name": "Triage", "url": "/triage"},
        ],
    }


def worker(static: StaticFiles) -> bytes:
    """The service worker with the addresses of this release: what to keep, and the name of the store it keeps it in."""
    kept = [PAGE, *static.named(".css", ".js", ".svg")]
    told = {"release": static.release, "page": PAGE, "keep": kept}
    return b"const APP = %b;\n%b" % (orjson.dumps(told), static.content("service-worker.js"))


def routes(site: Site, static: StaticFiles) -> list[Route]:
    """GET /manifest.webmanifest, /sw.js and /offline."""
    described, script = orjson.dumps(manifest(static)), worker(static)

    async def show_manifest(_: Request) -> Response:
        return Response(described, 200, {"cache-control": ASK_ANEW}, "application/manifest+json")

    async def show_worker(_: Request) -> Response:
        return Response(script, 200, {"cache-control": ASK_ANEW}, "text/javascript; charset=utf-8")

    async def show_page(_: Request) -> Response:
        page = site.templates.answer("offline.html")
        page.headers["cache-control"] = ASK_ANEW
        return page

    return [
        Route("/manifest.webmanifest", show_manifest, methods=["GET"]),
        Route("/sw.js", show_worker, methods=["GET"]),
        Route(PAGE, show_page, methods=["GET"]),
    ]
