"""The real app with what only benchmarks need, as `uvicorn benchmarks.app:app`.

- `GET /benchmark/ping`: nothing at all. `GET /benchmark/prepared?size=N`: N ready bytes. Both stand before the real
  routes and go through the same middlewares; neither asks who calls.
- Two reads find the board changed at every request: with `BENCHMARK_CHANGING=1` no answer is remembered between two.
- `BENCHMARK_STORE=naive` serves everything from the baseline of `naive.py`.
"""

from __future__ import annotations

import os

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.naive import NaiveStore
from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings
from task_assistant.bootstrap.wiring import make_services
from task_assistant.stores.sql import SqliteStore

_prepared: dict[int, bytes] = {}


class ChangingStore(SqliteStore):
    """A store that somebody seems to have written to since it was last asked."""

    _asked = 0

    async def stamp(self) -> int:
        """Never the same twice."""
        self._asked += 1
        return await super().stamp() + self._asked


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


def _store_class() -> type[SqliteStore]:
    if os.environ.get("BENCHMARK_STORE") == "naive":
        return NaiveStore
    return ChangingStore if os.environ.get("BENCHMARK_CHANGING") else SqliteStore


settings = load_settings()
app = create_app(
    settings,
    services=make_services(settings, _store_class()(settings.sqlite_path)),
    routes=[Route("/benchmark/ping", ping), Route("/benchmark/prepared", prepared)],
)
