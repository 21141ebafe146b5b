"""What every request must show before anything else looks at it: a `Host` of ours and no foreign web page behind it.

A page on another site can make the person's browser send requests here: by a form, by `fetch`, by an image, or by
pointing its own name at 127.0.0.1 (DNS rebinding). The browser says so in `Host`, `Origin` and `Sec-Fetch-Site`, which
pages cannot forge. Programs that are not browsers send none of the latter two and pass with their key.

Pure ASGI: one pass over the headers and a dictionary look-up a request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from task_assistant.api import problems, request_ids
from task_assistant.api.addresses import Addresses
from task_assistant.api.problems import HttpProblem
from task_assistant.api.request_ids import RequestIds
from task_assistant.api.security_headers import SecurityHeaders

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({b"same-origin", b"none"})
# No private data and no names: probes ask by IP address, and the page that says 421 wants its style sheet.
ANY_HOST = frozenset({"/healthz", "/readyz"})
ANY_HOST_PREFIX = "/static/"
# What programs read. A link on another site may open a page of ours, never one of these.
PROGRAM_PATHS = ("/api/", "/openapi.json", "/mcp")


FOREIGN_HOST = HttpProblem(
    421,
    "foreign_host",
    "Not a name of this server",
    "This server does not answer to the name in the Host header. Use its own address, or add the name to "
    "ALLOWED_HOSTS (or PUBLIC_BASE_URL) in the settings and restart.",
)
FOREIGN_PAGE = HttpProblem(
    403,
    "foreign_origin",
    "Sent by another web page",
    "A web page of another site sent this request, so nothing was read or changed. Programs send a key and no Origin "
    "header; in the browser, use the pages of this server.",
)
CSRF_TOKEN = HttpProblem(
    403,
    "csrf_token_invalid",
    "The CSRF token is missing or wrong",
    "A change by browser session carries the session's token, as X-CSRF-Token or as csrf_token in a form. Reload the "
    "page and try again; programs use a key instead.",
)
NO_WEBSOCKET = 1008  # RFC 6455: policy violation; nothing here speaks WebSocket


# The page for a problem when a person's browser asked, else None.
PageFor = Callable[[Scope, HttpProblem], Response | None]


class Refused(Exception):
    """Carries a problem that all requests share; raised itself, it would gather their stack frames."""

    def __init__(self, refusal: HttpProblem) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


class Sender(NamedTuple):
    """What the headers say about who sent a request. A header sent twice counts as `b""`, which fits nothing."""

    host: bytes | None = None
    origin: bytes | None = None
    site: bytes | None = None
    mode: bytes | None = None
    dest: bytes | None = None

    @classmethod
    def of(cls, scope: Scope) -> Sender:
        """Read the five headers in one pass."""
        found: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _FIELDS:
                found[name] = b"" if name in found else value
        get = found.get
        return cls(
            get(b"host"),
            get(b"origin"),
            get(b"sec-fetch-site"),
            get(b"sec-fetch-mode"),
            get(b"sec-fetch-dest"),
        )

    def navigates(self) -> bool:
        """True for a page opened in a tab of its own; not in a frame, not by a script, not by a prefetch of data."""
        return self.mode == b"navigate" and self.dest == b"document"


_FIELDS = frozenset({b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"})


def foreign(scope: Scope, sender: Sender, addresses: Addresses) -> HttpProblem | None:
    """Why this request must not go on, or None. Holds for every path, method and credential alike."""
    path: str = scope["path"]
    if not addresses.knows(sender.host) and path not in ANY_HOST and not path.startswith(ANY_HOST_PREFIX):
        return FOREIGN_HOST
    if sender.origin is not None and not addresses.own_origin(sender.origin, sender.host or b""):
        return FOREIGN_PAGE
    if sender.site is None or sender.site in OWN_SITES:
        return None
    opens_page = scope["method"] in SAFE_METHODS and sender.navigates() and not path.startswith(PROGRAM_PATHS)
    return None if opens_page else FOREIGN_PAGE


def sent_by_own_page(sender: Sender, addresses: Addresses) -> bool:
    """True if the browser vouches that one of our own pages sent this; every change by cookie needs it.

    Silence is not enough here: a client that has a cookie but says neither Origin nor Sec-Fetch-Site is no browser
    that we know how to protect. `none` is not either: no form of ours is typed into the address bar.
    """
    if sender.origin is not None:
        return addresses.own_origin(sender.origin, sender.host or b"")
    return sender.site == b"same-origin"


class Guards:
    """ASGI middleware: refuses foreign hosts (421) and foreign pages (403) before the app sees them."""

    def __init__(self, app: ASGIApp, addresses: Addresses, page_for: PageFor | None = None) -> None:
        self._app = app
        self._addresses = addresses
        self._page_for = page_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": NO_WEBSOCKET})
            return
        problem = foreign(scope, Sender.of(scope), self._addresses) if scope["type"] == "http" else None
        if problem is None:
            await self._app(scope, receive, send)
            return
        page = self._page_for(scope, problem) if self._page_for is not None else None
        answer = page or problems.answer(problem, request_ids.of(scope))
        await answer(scope, receive, send)


def install(app: Starlette, addresses: Addresses, page_for: PageFor | None = None) -> None:
    """Puts the app behind security headers, request ids and the guards, in this order from the outside.

    So every answer has the headers, an unforeseen error's too, and every refusal has a request id.
    """
    app.add_middleware(Guards, addresses=addresses, page_for=page_for)
    app.add_middleware(RequestIds, page_for=page_for)
    app.add_middleware(SecurityHeaders, https=addresses.https)
