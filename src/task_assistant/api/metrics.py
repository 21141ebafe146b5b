"""`/metrics` for Prometheus, behind a key of its own: how requests fare and what is on the board.

Counts go by route, never by address, so that no task's id and no secret becomes a label. What the board holds is read
when somebody asks, from the same counters that the queue's summary is read from.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from task_assistant.api import auth
from task_assistant.api.answer_cache import HOT_PATHS
from task_assistant.domain.errors import NotSignedIn
from task_assistant.domain.task import Lane
from task_assistant.services.house import Services

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ELSEWHERE = "(none)"  # what strangers ask for must not become labels without end


class Metrics:
    """The numbers of one server. `key` opens them and nothing else."""

    def __init__(self, services: Services, key: str, version: str) -> None:
        self._services = services
        self._key = hashlib.sha256(key.encode()).digest()
        self._registry = CollectorRegistry()
        by = ("method", "route")
        self._requests = Counter(
            "pta_http_requests", "Requests answered.", (*by, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "pta_http_request_seconds", "Time to the head of the answer.", by, buckets=SECONDS, registry=self._registry
        )  # fmt: skip
        self._open = Gauge("pta_http_requests_open", "Requests under way.", registry=self._registry)
        self._lanes = Gauge("pta_tasks", "Active tasks by lane.", ("lane",), registry=self._registry)
        self._working = Gauge("pta_tasks_claimed", "Tasks with a live claim.", registry=self._registry)
        self._overdue = Gauge(
            "pta_tasks_overdue", "Active tasks past their due time.", registry=self._registry
        )
        self._events = Gauge("pta_events_seq", "The feed's highest number.", registry=self._registry)
        about = Gauge("pta_server", "Always 1; the labels tell.", ("version",), registry=self._registry)
        about.labels(version).set(1)

    @property
    def route(self) -> Route:
        """GET /metrics."""
        return Route("/metrics", self._answer, methods=["GET"], include_in_schema=False)

    def counting(self, app: ASGIApp, *, clock: Callable[[], float] = time.perf_counter) -> ASGIApp:
        """The app with every request counted; `clock` is in seconds."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began = clock()

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._note(scope, message["status"], clock() - began)
                await send(message)

            with self._open.track_inprogress():
                await app(scope, receive, noted)

        return counted

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path, method = scope["path"], scope["method"]
        route = getattr(scope.get("route"), "path", path if path in HOT_PATHS else ELSEWHERE)
        by = (method if method in METHODS else "(other)", route)
        self._requests.labels(*by, str(status)).inc()
        self._seconds.labels(*by).observe(seconds)

    async def _answer(self, request: Request) -> Response:
        """The numbers. Raises NotSignedIn without the key."""
        given = auth.bearer(request.scope) or ""
        if not hmac.compare_digest(hashlib.sha256(given.encode()).digest(), self._key):
            raise NotSignedIn
        await self._read_the_board()
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)

    async def _read_the_board(self) -> None:
        desk = self._services.desk
        tally = await desk.store.tally(desk.now(), private=True)
        for lane in Lane:
            self._lanes.labels(lane.value).set(tally.lanes.get(lane, 0))
        self._working.set(tally.working)
        self._overdue.set(tally.overdue)
        self._events.set(await desk.store.position())
