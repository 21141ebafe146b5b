"""One server of the API over the memory store, asked through real ASGI as programs ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import Match

from task_assistant.api.addresses import Addresses
from task_assistant.api.application import make_app, wrap
from task_assistant.api.auth import EnvironmentKey, Gate
from task_assistant.api.context import ApiContext
from task_assistant.bootstrap.clock import SystemSecrets
from task_assistant.domain.roles import Role
from task_assistant.ports.store import Store
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.memory.store import MemoryStore
from tests.factories import FixedClock, owner

HERE = "http://localhost:8000"
OWNER_KEY = "an-owner-key-of-the-environment"
Json = Any


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def model_of(route: APIRoute) -> TypeAdapter[Any]:
    """What the route documents as its answer."""
    return _adapter(route.response_model)


@dataclass
class Server:
    """The app as bootstrap wraps it; the clock goes only when told."""

    store: Store = field(default_factory=MemoryStore)
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.services = Services(Desk(self.store, self.clock, SystemSecrets("a secret of this test")))
        addresses = Addresses.of()
        gate = Gate(EnvironmentKey(OWNER_KEY, self.services.keys), self.services.sessions, addresses)
        self.context = ApiContext(self.services, gate, "0.1.0")
        self.app = make_app(self.context)
        self.asgi = wrap(self.app, self.context, addresses)

    def client(self, key: str | None = OWNER_KEY, **headers: str) -> Client:
        """A program with this key."""
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        transport = httpx.ASGITransport(self.asgi)
        return Client(httpx.AsyncClient(transport=transport, base_url=HERE, headers=headers), self.app)

    async def client_of(self, role: str, name: str, **limits: Any) -> Client:
        """A program with a fresh key of this role."""
        _, secret = await self.services.keys.create(owner(), Role(role), name, **limits)
        return self.client(secret)


@dataclass
class Client:
    """Sends requests; `expect` is the status that the test counts on.

    Every 2xx answer with JSON is held to the model that its route documents: no field more, none less.
    """

    http: httpx.AsyncClient
    app: FastAPI

    async def ask(
        self, method: str, path: str, body: Json = None, *, expect: int | None = None, **options: Any
    ) -> httpx.Response:
        """One request. `body` is sent as JSON; `headers` and the rest go to httpx."""
        if body is not None:
            options["json"] = body
        response = await self.http.request(method, path, **options)
        assert expect is None or response.status_code == expect, (response.status_code, response.text)
        if response.is_success and response.headers.get("content-type") == "application/json":
            self._hold_to_its_model(response)
        return response

    def _hold_to_its_model(self, response: httpx.Response) -> None:
        scope = {"type": "http", "method": response.request.method, "path": response.request.url.path}
        routes = (route for route in self.app.routes if isinstance(route, APIRoute))
        route = next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)
        if route is not None:
            model_of(route).validate_python(response.json(), extra="forbid")

    async def get(self, path: str, *, expect: int = 200, **options: Any) -> Json:
        """The JSON of a read."""
        return (await self.ask("GET", path, expect=expect, **options)).json()

    async def post(self, path: str, body: Json = None, *, expect: int = 200, **options: Any) -> Json:
        """The JSON of a POST."""
        return (await self.ask("POST", path, body, expect=expect, **options)).json()

    async def create(self, title: str = "Send Alice revised numbers", **fields: Any) -> Json:
        """A new task."""
        return await self.post("/api/tasks", {"title": title, **fields}, expect=201)

    async def patch(
        self, task_id: int, fields: Mapping[str, Any], *, expect: int = 200, **options: Any
    ) -> Json:
        """The JSON of a PATCH."""
        return (await self.ask("PATCH", f"/api/tasks/{task_id}", fields, expect=expect, **options)).json()
