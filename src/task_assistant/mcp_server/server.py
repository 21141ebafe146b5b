"""The MCP server: requests of the protocol turned into tools, resources and prompts for whoever holds the key."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError
from starlette.requests import Request

from task_assistant.api.context import gone
from task_assistant.domain.errors import InvalidBatch, InvalidFields, Refusal
from task_assistant.domain.roles import Caller
from task_assistant.mcp_server import guide, shown, tools
from task_assistant.mcp_server.fence import Fence
from task_assistant.mcp_server.verbs import Desk, NoSingleClaim
from task_assistant.services.house import Services
from task_assistant.wire.problems import explain

CALLER = "task_assistant.caller"  # where the door leaves who calls
INVALID_PARAMS = -32602
STRUCTURE_SINCE = "2025-06-18"  # the first version of the protocol with structured content
Context = ServerRequestContext[Any, Request]
# What to do after a refusal, where the sentence itself does not say it in the words of the tools.
NEXT_STEP = {
    "no_claimable_task": "Nothing to do; this is final. Do not ask again right away.",
    "claim_held": "Call claim_task without task_id for other work.",
    "claim_lost": "Stop this work. Call claim_task for other work.",
    "never_held": "Call claim_task first.",
    "paused": "Stop; the person will resume.",
    "task_not_found": "Call list_tasks for what you may read.",
    "not_claimable": "Call claim_task without task_id.",
    "busy": "Call the same tool again.",
}


def make_server(services: Services, version: str) -> Server[Any]:
    """The server over these use cases; it keeps no state between requests."""
    made = partial(_Handlers, services)
    return Server(
        "personal-task-assistant",
        version=version,
        title="Personal Task Assistant",
        instructions=guide.INSTRUCTIONS,
        on_list_tools=_each(made, "list_tools"),
        on_call_tool=_each(made, "call_tool"),
        on_list_resources=_each(made, "list_resources"),
        on_list_resource_templates=_each(made, "list_templates"),
        on_read_resource=_each(made, "read_resource"),
        on_list_prompts=_each(made, "list_prompts"),
        on_get_prompt=_each(made, "get_prompt"),
    )


def _each(made: Callable[[Context], _Handlers], name: str) -> Any:
    """A handler of the SDK that belongs to one request."""

    async def handle(context: Context, params: Any) -> Any:
        return await getattr(made(context), name)(params)

    return handle


class _Handlers:
    """One request of one caller."""

    def __init__(self, services: Services, context: Context) -> None:
        if context.request is None:
            raise MCPError(INVALID_PARAMS, "This server is spoken to over HTTP.")
        self._services, self._request = services, context.request
        self._caller: Caller = context.request.scope[CALLER]
        self._fence = Fence()
        self._reads_structure = context.protocol_version >= STRUCTURE_SINCE

    async def list_tools(self, _: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=list(tools.for_caller(self._caller)))

    async def call_tool(self, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = tools.BY_NAME.get(params.name)
        if tool is None or not tool.open_to(self._caller):
            known = ", ".join(each.name for each in tools.for_caller(self._caller))
            return _refused("unknown_tool", f"There is no tool {params.name!r} for you; there are: {known}.")
        try:
            said = tool.takes.model_validate(params.arguments or {})
            answer, told = await tool.run(self._desk(), said)
        except ValidationError as problem:
            return _refused("validation_error", _wrong(explain(problem)))
        except InvalidFields as refusal:
            return _refused(refusal.code, str(refusal))
        except InvalidBatch as refusal:
            return _refused(refusal.code, f"tasks[{refusal.index}]: {_wrong(refusal.errors)}")
        except (Refusal, NoSingleClaim) as refusal:
            return _refused(refusal.code, str(refusal))
        return self._answered(self._fence.note(answer), told)

    def _answered(self, answer: dict[str, Any], told: str) -> types.CallToolResult:
        """Few words beside the structure; a client that is older than structured content gets it as text."""
        text = told if self._reads_structure else f"{told}\n{json.dumps(answer, ensure_ascii=False)}"
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=answer)

    def _desk(self) -> Desk:
        return Desk(self._services, self._caller, self._fence, partial(gone, self._request))

    async def list_resources(self, _: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=guide.RESOURCES)

    async def list_templates(self, _: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=guide.TEMPLATES)

    async def read_resource(self, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        if uri == guide.GUIDE_URI:
            return _resource(uri, "text/markdown", guide.GUIDE)
        number = uri.removeprefix("task://")
        if not number.isascii() or not number.isdigit() or len(number) > 16:
            raise MCPError(
                INVALID_PARAMS, f"There is no resource {uri!r}; there are {guide.GUIDE_URI} and task://42."
            )
        try:
            task = await self._services.tasks.get(self._caller, int(number))
        except Refusal as refusal:
            raise MCPError(INVALID_PARAMS, str(refusal)) from refusal
        text = shown.whole(task, self._services.desk.now(), self._fence)
        return _resource(uri, "application/json", json.dumps(self._fence.note(text), ensure_ascii=False))

    async def list_prompts(self, _: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=guide.prompts())

    async def get_prompt(self, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        found = guide.prompt(params.name)
        if found is None:
            known = ", ".join(guide.PROMPTS)
            raise MCPError(INVALID_PARAMS, f"There is no prompt {params.name!r}; there are: {known}.")
        return found


def _refused(code: str, sentence: str) -> types.CallToolResult:
    """An error that the agent reads and can act on: the contract's code, what happened, and the next step."""
    step = NEXT_STEP.get(code)
    text = f"{code}: {sentence}" + (f" {step}" if step else "")
    return types.CallToolResult(content=[types.TextContent(text=text)], is_error=True)


def _wrong(errors: Any) -> str:
    return "; ".join(f"{error['field']} {error['message']}" for error in errors)


def _resource(uri: str, kind: str, text: str) -> types.ReadResourceResult:
    contents = types.TextResourceContents(uri=uri, mime_type=kind, text=text)
    return types.ReadResourceResult(contents=[contents])
