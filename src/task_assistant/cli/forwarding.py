"""An MCP server that answers every request with what another one answers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx2
import mcp_types as types
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import CONNECTION_CLOSED

T = TypeVar("T")
NOT_UNDERSTOOD = -32603
STRUCTURE_SINCE = "2025-06-18"  # the first version of the protocol with structured content


class Away(Exception):
    """The server did not answer this request; the next one may find it."""


class Upstream:
    """The other server. Each request opens a connection of its own, so it may go away and come back."""

    def __init__(self, url: str, http: httpx2.AsyncClient) -> None:
        self._url, self._http = url, http

    async def ask(self, what: Callable[[Client], Awaitable[T]]) -> T:
        """What it answers. Raises Away, and MCPError for what it refuses."""
        answers: list[T] = []
        refused: list[MCPError] = []
        try:
            async with Client(streamable_http_client(self._url, http_client=self._http)) as client:
                try:
                    answers.append(await what(client))
                except MCPError as problem:  # raised further down: here it would be wrapped in a group
                    refused.append(problem)
        except* (httpx2.HTTPError, MCPError):
            pass
        if answers:
            return answers[0]
        if refused and refused[0].code != CONNECTION_CLOSED:
            raise refused[0]
        raise Away(
            f"No answer from {self._url}. Call the same tool again in a minute; is the server running?"
        )


async def forwarding(upstream: Upstream) -> Server[Any]:
    """The stand-in of `upstream`, under its name and with its instructions. Raises Away."""

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            found = await upstream.ask(lambda to: to.session.call_tool(params.name, params.arguments or {}))
        except Away as problem:  # an agent reads and understands this; a protocol error would end its session
            return types.CallToolResult(
                content=[types.TextContent(text=f"unreachable: {problem}")], is_error=True
            )
        return _readable(_finished(found), context.protocol_version)

    async def introduced(client: Client) -> Server[Any]:
        named = client.server_info
        return Server(
            named.name if named else "personal-task-assistant",
            version=named.version if named else "",
            instructions=client.instructions,
            on_call_tool=call_tool,
            on_list_tools=_passing(upstream, lambda to, _: to.list_tools()),
            on_list_resources=_passing(upstream, lambda to, _: to.list_resources()),
            on_list_resource_templates=_passing(upstream, lambda to, _: to.list_resource_templates()),
            on_read_resource=_passing(upstream, lambda to, said: to.read_resource(str(said.uri))),
            on_list_prompts=_passing(upstream, lambda to, _: to.list_prompts()),
            on_get_prompt=_passing(upstream, lambda to, said: to.get_prompt(said.name, said.arguments)),
        )

    return await upstream.ask(introduced)


def _passing(upstream: Upstream, what: Callable[[Client, Any], Awaitable[Any]]) -> Any:
    """A handler of the SDK that passes a request on."""

    async def handle(_: Any, params: Any) -> Any:
        try:
            return await upstream.ask(lambda to: what(to, params))
        except Away as problem:
            raise MCPError(NOT_UNDERSTOOD, str(problem)) from problem

    return handle


def _readable(result: types.CallToolResult, version: str) -> types.CallToolResult:
    """The answer for a client of this version of the protocol: the server spoke to a new one, which this is."""
    if result.structured_content is not None and version < STRUCTURE_SINCE:
        text = json.dumps(result.structured_content, ensure_ascii=False)
        result.content.append(types.TextContent(text=text))
    return result


def _finished(result: Any) -> types.CallToolResult:
    if not isinstance(result, types.CallToolResult):
        raise MCPError(NOT_UNDERSTOOD, "The server asked back for input, which this bridge does not pass on.")
    return result
