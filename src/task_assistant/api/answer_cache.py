"""Ready answers of the hot reads, kept as bytes for as long as the board stays as it is.

The state of the board (`services.queue.BoardState`) says when: with the same `tag` a poller that knows the answer gets
a 304, with the same `stamp` (heartbeats included) anybody with the same credential and query gets the same bytes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from task_assistant.api.auth import Gate
from task_assistant.api.conditional import unchanged
from task_assistant.api.guards import Refused
from task_assistant.domain.errors import Refusal
from task_assistant.services.queue import BoardState, Queue

HOT_PATHS = frozenset({"/api/agent/queue", "/api/agent/queue/summary", "/api/tasks"})
MOST_ANSWERS = 256
MOST_BYTES = 16_000_000
LARGEST = 1_000_000
Key = tuple[str, str, bytes]
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer and the state of the board that it tells of; `unread` are the headers of its 304."""

    state: BoardState
    tag: bytes
    headers: Headers
    unread: Headers
    body: bytes


class AnswerCache:
    """The last answers by credential, path and query; bounded in number and bytes, the oldest goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, Ready] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Ready | None:
        """The answer last given to this credential for this query."""
        return self._answers.get(key)

    def put(self, key: Key, ready: Ready) -> None:
        """Keeps the answer in place of an older one; one that is too large is not kept."""
        self._drop(key)
        if len(ready.body) > LARGEST:
            return
        self._answers[key] = ready
        self._bytes += len(ready.body)
        while len(self._answers) > MOST_ANSWERS or self._bytes > MOST_BYTES:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: Key) -> None:
        gone = self._answers.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.body)


class HotReads:
    """ASGI middleware: answers polls from the cache after the same check of the credential as any other request.

    What it cannot answer goes on to the app, refusals included, so that there is one place that words them.
    """

    def __init__(self, app: ASGIApp, gate: Gate, queue: Queue, cache: AnswerCache) -> None:
        self._app = app
        self._gate = gate
        self._queue = queue
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the app's lifespan."""
        if scope["type"] != "http" or scope["path"] not in HOT_PATHS or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        ready = await self._ready(scope)
        if ready is None:
            await self._app(scope, receive, send)
        elif unchanged(scope, ready.tag):
            await _answer(send, 304, ready.unread, b"")
        else:
            await _answer(send, 200, ready.headers, ready.body)

    async def _ready(self, scope: Scope) -> Ready | None:
        try:
            caller = await self._gate.caller(scope)
        except (Refusal, Refused):
            return None
        ready = self._cache.get((caller.credential, scope["path"], scope["query_string"]))
        if ready is None:
            return None
        state = await self._queue.state()
        if ready.state.stamp == state.stamp and ready.state.tag == state.tag:
            return ready
        return ready if ready.state.tag == state.tag and unchanged(scope, ready.tag) else None


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
