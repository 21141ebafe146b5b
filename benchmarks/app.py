"""The real app with what only benchmarks need, as `uvicorn benchmarks.app:app`.

- `GET /benchmark/ping`: nothing at all. `GET /benchmark/prepared?size=N`: N ready bytes. Both stand before the real
  routes and go through the same middlewares; neither asks who calls.
- With `BENCHMARK_CHANGING=1` every request finds the board changed since the one before: no answer is remembered.
- `BENCHMARK_STORE=naive` serves everything from the baseline of `naive.py`.
"""

from __future__ import annotations

import os

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.naive import NaiveStore
from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import Settings, StoreKind, load_settings
from task_assistant.bootstrap.wiring import make_services, make_store
from task_assistant.ports.store import Store
from task_assistant.stores.sql import SqliteStore

_prepared: dict[int, bytes] = {}


class ChangingStore(SqliteStore):
    """A store that somebody seems to have written to before each request."""

    requests = 0

    async def stamp(self) -> int:
        """The same within a request only."""
        return await super().stamp() + self.requests

    def before_each(self, app: ASGIApp) -> ASGIApp:
        """The app with news before each request."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.requests += 1
            await app(scope, receive, send)

        return counted


async def ping(_: Request) -> Response:
    """The least that the server can answer."""
    return Response(b"{}", media_type="application/json")


async def prepared(request: Request) -> Response:
    """`size` bytes that were there before."""
    size = int(request.query_params["size"])
    body = _prepared.get(size)
    if body is None:
        body = _prepared[size] = b"x" * size
    return Response(body, media_type="application/json")


def _store(settings: Settings) -> Store:
    if settings.store is not StoreKind.SQLITE:
        return make_store(settings)
    if os.environ.get("BENCHMARK_STORE") == "naive":
        return NaiveStore(settings.sqlite_path)
    changing = os.environ.get("BENCHMARK_CHANGING")
    return (ChangingStore if changing else SqliteStore)(settings.sqlite_path)


def make_app() -> ASGIApp:
    """The app for the environment."""
    settings = load_settings()
    store = _store(settings)
    routes = [Route("/benchmark/ping", ping), Route("/benchmark/prepared", prepared)]
    made = create_app(settings, services=make_services(settings, store), routes=routes)
    return store.before_each(made) if isinstance(store, ChangingStore) else made


app = make_app()
