"""The way in: `/mcp` of the same app, with the same keys. Everything that is not a known key ends here."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from task_assistant.api import problems, request_ids
from task_assistant.api.auth import Gate, bearer
from task_assistant.domain.errors import NotSignedIn, Refusal
from task_assistant.mcp_server.server import CALLER, make_server
from task_assistant.services.house import Services

PATH = "/mcp"


class McpDoor:
    """An ASGI endpoint: who calls is decided by the key alone, never by a browser's session."""

    def __init__(self, services: Services, gate: Gate, version: str) -> None:
        self._gate = gate
        # Host and Origin are the guards' business, for every path alike.
        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self._sessions = StreamableHTTPSessionManager(
            app=make_server(services, version), json_response=True, stateless=True, security_settings=security
        )

    @property
    def route(self) -> Route:
        """Where it answers."""
        return Route(PATH, endpoint=self, include_in_schema=False)

    def run(self) -> AbstractAsyncContextManager[None]:
        """Must be entered while the app serves."""
        return self._sessions.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            if bearer(scope) is None:
                raise NotSignedIn
            caller = await self._gate.caller(scope)
        except Refusal as refusal:
            answer = problems.answer(problems.of_refusal(refusal), request_ids.of(scope))
            await answer(scope, receive, send)
            return
        scope[CALLER] = replace(caller, via="mcp")
        await self._sessions.handle_request(scope, receive, send)
