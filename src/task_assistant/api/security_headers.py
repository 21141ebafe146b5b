"""The headers that every answer carries, whoever made it, so that no page can forget one.

Prepared once as bytes. Nothing here is ever a CORS header: no other web page may read anything.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Scripts and styles come from /static only; nothing inline, no frames, no plug-ins, no <base>.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
# What a page with foreign text in it must never be talked into.
_UNUSED_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and the origin check needs it.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{name}=()" for name in _UNUSED_FEATURES),
}
TWO_YEARS = 63_072_000  # seconds; what browsers' preload lists ask for
HSTS = f"max-age={TWO_YEARS}"
CACHE_CONTROL = b"cache-control"
NO_STORE = (CACHE_CONTROL, b"no-store")


class SecurityHeaders:
    """ASGI middleware: adds the headers to every answer, and `Cache-Control: no-store` where nothing else is said."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        headers = HEADERS | ({"strict-transport-security": HSTS} if https else {})
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = self._headers

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                quiet = any(name == CACHE_CONTROL for name, _ in given)
                message["headers"] = [*given, *headers] if quiet else [*given, *headers, NO_STORE]
            await send(message)

        await self._app(scope, receive, send_secured)
