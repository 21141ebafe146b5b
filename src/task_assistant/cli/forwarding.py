"""An MCP server that answers every request with what another one answers."""

from __future__ import annotations

from typing import Any

import mcp_types as types
from mcp.client import Client
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

NOT_UNDERSTOOD = -32603


def forwarding(upstream: Client) -> Server[Any]:
    """The stand-in of `upstream`, under its name and with its instructions."""

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return await upstream.list_tools()

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        return _finished(await upstream.session.call_tool(params.name, params.arguments or {}))

    async def list_resources(_: Any, __: Any) -> types.ListResourcesResult:
        return await upstream.list_resources()

    async def list_templates(_: Any, __: Any) -> types.ListResourceTemplatesResult:
        return await upstream.list_resource_templates()

    async def read_resource(_: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return await upstream.read_resource(str(params.uri))

    async def list_prompts(_: Any, __: Any) -> types.ListPromptsResult:
        return await upstream.list_prompts()

    async def get_prompt(_: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        return await upstream.get_prompt(params.name, params.arguments)

    named = upstream.server_info
    return Server(
        named.name if named else "personal-task-assistant",
        version=named.version if named else "",
        instructions=upstream.instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
    )


def _finished(result: Any) -> types.CallToolResult:
    if not isinstance(result, types.CallToolResult):
        raise MCPError(NOT_UNDERSTOOD, "The server asked back for input, which this bridge does not pass on.")
    return result
