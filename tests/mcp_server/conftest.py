"""The app with its MCP door, asked by the SDK's own client through real ASGI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2
import mcp_types as types
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings
from task_assistant.domain.roles import Role
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.memory import MemoryStore
from tests.factories import CountingSecrets, FixedClock, owner

HERE = "http://localhost:8000"


def size(result: types.CallToolResult) -> int:
    """What an agent pays to read a result, at four bytes a token."""
    texts = [block.text for block in result.content if isinstance(block, types.TextContent)]
    return -(-len((json.dumps(result.structured_content, ensure_ascii=False) + "".join(texts)).encode()) // 4)


@dataclass
class Agent:
    """A client with a key of its own; each call is a connection, as stateless HTTP has it."""

    transport: httpx2.AsyncBaseTransport
    key: str
    mode: Any = "auto"
    read: int = 0

    async def session(self, stack: AsyncExitStack) -> Client:
        http = httpx2.AsyncClient(transport=self.transport, headers={"Authorization": f"Bearer {self.key}"})
        await stack.enter_async_context(http)
        transport = streamable_http_client(f"{HERE}/mcp", http_client=http)
        return await stack.enter_async_context(Client(transport, mode=self.mode))

    async def call(self, tool: str, **arguments: Any) -> types.CallToolResult:
        async with AsyncExitStack() as stack:
            result = await (await self.session(stack)).call_tool(tool, arguments)
        self.read += size(result)
        return result

    async def ok(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, result.content
        answer: dict[str, Any] = result.structured_content
        return answer

    async def refused(self, tool: str, **arguments: Any) -> str:
        """The text of a refusal."""
        result = await self.call(tool, **arguments)
        assert result.is_error, result
        block = result.content[0]
        assert isinstance(block, types.TextContent)
        return block.text

    async def tools(self) -> list[types.Tool]:
        async with AsyncExitStack() as stack:
            return (await (await self.session(stack)).list_tools()).tools


@dataclass
class Board:
    """The services behind the app, and everybody's keys."""

    services: Services
    clock: FixedClock
    transport: httpx2.AsyncBaseTransport
    agents: dict[str, Agent] = field(default_factory=dict)

    async def agent(self, name: str = "alpha", role: str = "agent", **limits: Any) -> Agent:
        _, secret = await self.services.keys.create(owner(), Role(role), name, **limits)
        return Agent(self.transport, secret)

    async def ready(self, title: str = "Draft the notes", **fields: Any) -> int:
        """A task for agents, by the person."""
        made = await self.services.capture.create(owner(), {"title": title, "assignee": "codex", **fields})
        return made.id


@pytest.fixture
async def board() -> AsyncIterator[Board]:
    clock = FixedClock()
    services = Services(Desk(MemoryStore(), clock, CountingSecrets()))
    app = create_app(load_settings({"TASK_STORE": "memory"}, env_file=None), services=services)
    opened, over = asyncio.Event(), asyncio.Event()
    messages = [{"type": "lifespan.startup"}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await over.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":
            opened.set()

    # In a task of its own: what the lifespan enters it must also leave there.
    living: Any = app({"type": "lifespan", "asgi": {}, "state": {}}, receive, send)
    lifespan = asyncio.create_task(living)
    await opened.wait()
    yield Board(services, clock, httpx2.ASGITransport(app))
    over.set()
    await lifespan
