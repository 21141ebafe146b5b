"""One id for each request: in the answer's `X-Request-ID`, in problems, in events, and in the log.

The outermost middleware, so it is also where an error that nobody expected ends: logged with its id, answered with a
problem that tells nothing of the inside.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from task_assistant.api import problems
from task_assistant.api.secret_addresses import masked

log = logging.getLogger("task_assistant.api")
CURRENT: ContextVar[str | None] = ContextVar("request_id", default=None)
HEADER = b"x-request-id"
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")
MOST_QUERY_BYTES = 16_384
MOST_HEADER_BYTES = 65_536


class RequestIds:
    """ASGI middleware. Takes a well-formed id from the caller's `X-Request-ID`, else makes one."""

    def __init__(
        self,
        app: ASGIApp,
        page_for: Callable[[Scope, problems.HttpProblem], Response | None] | None = None,
    ) -> None:
        self._app = app
        self._page_for = page_for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, oversized = _look_at_headers(scope)
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        header = (HEADER, request_id.encode())
        started = False

        async def send_named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        token = CURRENT.set(request_id)
        try:
            if oversized is not None:
                await problems.answer(oversized, request_id)(scope, receive, send_named)
            else:
                await self._app(scope, receive, send_named)
        except Exception:
            path = masked(scope["path"])
            log.exception("request %s failed: %s %s", request_id, scope["method"], path)
            if started:
                raise  # the answer cannot be taken back: the server breaks the connection off
            problem = problems.of_status(500)
            page = self._page_for(scope, problem) if self._page_for is not None else None
            await (page or problems.answer(problem, request_id))(scope, receive, send_named)
        finally:
            CURRENT.reset(token)


def _look_at_headers(scope: Scope) -> tuple[str, problems.HttpProblem | None]:
    """The request's id, and the problem if address or headers are larger than anything of ours needs."""
    size = 0
    request_id = None
    for name, value in scope["headers"]:
        size += len(name) + len(value)
        if name == HEADER and _GIVEN.fullmatch(value):
            request_id = value.decode()
    too_large = (
        431 if size > MOST_HEADER_BYTES else 414 if len(scope["query_string"]) > MOST_QUERY_BYTES else None
    )
    return request_id or secrets.token_hex(16), problems.of_status(too_large) if too_large else None


def of(scope: Scope) -> str | None:
    """The id of this request; None outside of the middleware."""
    request_id: str | None = scope.get("state", {}).get("request_id")
    return request_id
