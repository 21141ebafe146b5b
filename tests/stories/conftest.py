"""One running server for each story, asked over real HTTP on loopback, with a clock that goes only when told."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
import uvicorn
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings
from task_assistant.domain.roles import Role
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from tests.factories import CountingSecrets, FixedClock, owner
from tests.stories.hands import AgentHand, PersonHand
from tests.stories.in_a_terminal import COMMAND, Terminal, TerminalAgent, TerminalPerson
from tests.stories.in_services import ServicesAgent, ServicesPerson
from tests.stories.over_http import Http, HttpAgent, HttpPerson
from tests.stories.over_mcp import McpAgent
from tests.stories.stores import STORES, a_store

T = TypeVar("T")
OWNER_KEY = "an-owner-key-for-the-stories"


class DoorAjar(uvicorn.Server):
    """A server in the test's own event loop; it says when it answers and leaves signals to the test runner."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.open = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.open.set()


@dataclass
class Scene:
    """The board of one story and everybody around it."""

    services: Services
    clock: FixedClock
    url: str
    agent_surface: str
    person_surface: str
    home: Path
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def agent(self, name: str) -> AgentHand:
        """An agent with a fresh key of that name, on the story's surface."""
        _, secret = await self.services.keys.create(owner(), Role.AGENT, name)
        return await AGENTS[self.agent_surface](self, secret)

    async def person(self) -> PersonHand:
        """The person, on the story's surface."""
        return await PEOPLE[self.person_surface](self)

    async def hold(self, manager: AbstractAsyncContextManager[T]) -> T:
        """What the manager gives, until the story ends. It is entered and left in one task, as anyio wants it."""
        given: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        over = asyncio.Event()

        async def holding() -> None:
            async with manager as value:
                given.set_result(value)
                await over.wait()

        task = asyncio.create_task(holding())
        self.stack.push_async_callback(asyncio.wait_for, task, 10)
        self.stack.callback(over.set)
        either: set[asyncio.Future[Any]] = {task, given}
        done, _ = await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            await task
        return await given

    async def http(self, key: str) -> Http:
        """A program with this key, until the story ends."""
        http = Http(self.url, key)
        self.stack.push_async_callback(http.aclose)
        return http


async def _agent_in_services(scene: Scene, key: str) -> AgentHand:
    caller = await scene.services.keys.authenticate(key)
    assert caller is not None
    return ServicesAgent(scene.services, replace(caller, via="api"))


async def _agent_over_http(scene: Scene, key: str) -> AgentHand:
    return HttpAgent(await scene.http(key))


async def _agent_in_a_terminal(scene: Scene, key: str) -> AgentHand:
    return TerminalAgent(Terminal(scene.url, key, scene.home))


async def _agent_over_mcp(scene: Scene, key: str) -> AgentHand:
    http = await scene.hold(httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}))
    return McpAgent(await scene.hold(Client(streamable_http_client(f"{scene.url}/mcp", http_client=http))))


async def _agent_over_stdio(scene: Scene, key: str) -> AgentHand:
    environ = {"TASK_TRACKER_URL": scene.url, "TASK_TRACKER_API_KEY": key, "PATH": os.environ["PATH"]}
    command, *words = COMMAND
    started = StdioServerParameters(command=command, args=[*words, "mcp"], env=environ, cwd=scene.home)
    return McpAgent(await scene.hold(Client(started)))


async def _person_in_services(scene: Scene) -> PersonHand:
    return ServicesPerson(scene.services, owner())


async def _person_over_http(scene: Scene) -> PersonHand:
    return HttpPerson(await scene.http(OWNER_KEY))


async def _person_in_a_terminal(scene: Scene) -> PersonHand:
    return TerminalPerson(Terminal(scene.url, OWNER_KEY, scene.home))


AGENTS: dict[str, Callable[[Scene, str], Awaitable[AgentHand]]] = {
    "services": _agent_in_services,
    "http": _agent_over_http,
    "terminal": _agent_in_a_terminal,
    "mcp": _agent_over_mcp,
    "stdio": _agent_over_stdio,
}
PEOPLE: dict[str, Callable[[Scene], Awaitable[PersonHand]]] = {
    "services": _person_in_services,
    "http": _person_over_http,
    "terminal": _person_in_a_terminal,
}
# Every surface of the agent once, and every surface of the person once, against the other one's HTTP.
PAIRS = [(agent, "http") for agent in AGENTS] + [("http", person) for person in PEOPLE if person != "http"]


# Every surface on the store in memory, and every other store once, over HTTP.
TOLD = [
    *(pytest.param(pair, "memory", id=f"agent-{pair[0]}-person-{pair[1]}") for pair in PAIRS),
    *(pytest.param(("http", "http"), name, marks=marks, id=f"on-{name}") for name, marks in STORES),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tells each story over every pair of surfaces, and on every store."""
    if "surfaces" in metafunc.fixturenames:
        metafunc.parametrize(("surfaces", "kept_in"), TOLD)


@pytest.fixture
async def scene(surfaces: tuple[str, str], kept_in: str, tmp_path: Path) -> AsyncIterator[Scene]:
    clock = FixedClock()
    with a_store(kept_in, tmp_path) as store:
        async for scene in _played(
            Services(Desk(store, clock, CountingSecrets())), clock, surfaces, tmp_path
        ):
            yield scene


async def _played(
    services: Services, clock: FixedClock, surfaces: tuple[str, str], tmp_path: Path
) -> AsyncIterator[Scene]:
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    settings = load_settings(
        {"TASK_STORE": "memory", "TASK_TRACKER_API_KEY": OWNER_KEY, "PORT": str(port)}, env_file=None
    )
    app = create_app(settings, services=services)
    server = DoorAjar(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve([door]))
    await server.open.wait()
    scene = Scene(services, clock, f"http://127.0.0.1:{port}", *surfaces, tmp_path)
    async with scene.stack:
        yield scene
    server.should_exit = True
    await serving
