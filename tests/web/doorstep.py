"""The pages and a small JSON API over the memory store, asked as browsers and programs ask, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from task_assistant.api import guards, handlers
from task_assistant.api.addresses import Addresses
from task_assistant.api.auth import EVERYONE, Access, EnvironmentKey, Gate, access_of, allow
from task_assistant.bootstrap.clock import SystemSecrets
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Task
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.memory.store import MemoryStore
from task_assistant.web.pages import Choices, Pages
from task_assistant.web.site import Ways
from task_assistant.web.static_files import StaticFiles
from tests.factories import FixedClock, changes, insert

HERE = "http://localhost:8000"
KEY = "an-owner-key-of-the-environment"
STATIC = StaticFiles.installed()
Headers = dict[str, str]

# What a browser says when the person types the address, or follows a link on another page of ours.
TYPED: Headers = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
FOLLOWED = TYPED | {"sec-fetch-site": "same-origin"}
FROM_ELSEWHERE = TYPED | {"sec-fetch-site": "cross-site"}
FETCHED: Headers = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}


@dataclass
class Doorstep:
    """One server. Addresses and settings as given; the clock goes only when told."""

    addresses: Addresses = field(default_factory=Addresses.of)
    auto: bool = True
    key: str | None = KEY
    clock: FixedClock = field(default_factory=FixedClock)
    port: int = 8000
    http_version: str = "1.1"

    def __post_init__(self) -> None:
        self.store = MemoryStore()
        self.services = Services(Desk(self.store, self.clock, SystemSecrets("a secret of this test")))
        self.keys = EnvironmentKey(self.key, self.services.keys)
        choices = Choices(self.auto, self.ways(), UTC, lambda: self.clock.now().timestamp())
        pages = Pages(self.services, self.keys, self.addresses, choices)
        self.site = pages.site
        self.app = self._app(pages)

    def ways(self) -> Ways:
        """The ways to sign in that this server has."""
        return Ways(self.key is not None, self.addresses.local)

    def client(
        self, base: str = HERE, peer: tuple[str, int] = ("127.0.0.1", 50_000), **options: Any
    ) -> httpx.AsyncClient:
        """A client with a cookie jar of its own; errors of the server are raised here, not answered."""
        wire = httpx.ASGITransport(app=self._listening, client=peer)
        return httpx.AsyncClient(transport=wire, base_url=base, **options)

    async def _listening(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As a server would ask: it knows its own port, whatever the client calls it."""
        scope.update(server=("127.0.0.1", self.port), http_version=self.http_version)
        await self.app(scope, receive, send)

    async def signed_in(self, base: str = HERE) -> httpx.AsyncClient:
        """A browser that has signed in with the key."""
        async with self.client(base) as door:
            answer = await door.post("/sign-in", data={"key": KEY}, headers={"origin": base})
            assert answer.status_code == 303, answer.text
        return self.client(base, cookies=door.cookies)

    async def put(self, *tasks: Task) -> Sequence[Task]:
        """Stores the tasks; ids count from 1."""
        committed = await self.store.commit(changes(*(insert(task) for task in tasks), now=self.clock.now()))
        return committed.tasks

    def _app(self, pages: Pages) -> FastAPI:
        gate = Gate(self.keys, self.services.sessions, self.addresses)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, routes=[*_api(gate)])
        pages.mount(app)
        handlers.install(app, pages.page_for)
        guards.install(app, self.addresses, pages.page_for)
        return app


# -- a JSON API of four endpoints, evaluated as the contract route does ------------------------------------------------


@allow(*EVERYONE, action="read")
async def read() -> None: ...


@allow(Role.OWNER, action="mint keys")
async def mint() -> None: ...


def _api(gate: Gate) -> list[Route]:
    def route(path: str, method: str, access: Access) -> Route:
        async def endpoint(request: Request) -> Response:
            caller = await gate.admit(request.scope, access)
            return JSONResponse({"actor": caller.actor, "via": caller.via})

        return Route(path, endpoint, methods=[method])

    return [
        route("/api/tasks", "GET", access_of(read)),
        route("/api/tasks", "POST", access_of(read)),
        route("/api/keys", "POST", access_of(mint)),
        Route("/healthz", lambda _: JSONResponse({"status": "ok"}), methods=["GET"]),
    ]
