"""A lean keep-alive HTTP/1.1 client: requests are ready bytes, so that the server is measured and not the client.

Also used by `tests/soak`, whose clients must be many and must see exactly when a connection dies.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, cast

HOST = "127.0.0.1"
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `nanoseconds` runs from the write of the request to the last byte of the answer."""

    status: int
    head: bytes
    body: bytes
    nanoseconds: int = 0

    def header(self, name: str) -> str | None:
        """The value of a header."""
        value = _header(self.head, name.lower().encode())
        return None if value is None else value.decode("latin-1")

    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)

    def expect(self, *statuses: int) -> Answer:
        """The answer itself. Raises Unexpected unless its status is one of these."""
        if self.status not in statuses:
            raise Unexpected(f"{self.status} instead of {statuses}: {self.body[:500]!r}")
        return self


class Unexpected(Exception):
    """The server gave an answer that makes the run worthless."""


def request(method: str, path: str, key: str, body: Any = None, **headers: str) -> bytes:
    """The bytes of one request; `body` is JSON data or ready bytes, header names are written with underscores."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    fields = {"host": HOST, "authorization": f"Bearer {key}", **headers}
    if content or method == "POST":
        fields["content-length"] = str(len(content))
    if content:
        fields.setdefault("content_type", "application/json")
    lines = [f"{method} {path} HTTP/1.1", *(f"{n.replace('_', '-')}: {v}" for n, v in fields.items())]
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD + content


class Connection:
    """One open connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line: _Line | None = None

    async def open(self) -> Connection:
        """Connects. Raises ConnectionError when nobody listens."""
        loop = asyncio.get_running_loop()
        _, self._line = await loop.create_connection(_Line, HOST, self._port)
        return self

    async def send(self, ready: bytes) -> Answer:
        """The answer to a request of `request`. Raises ConnectionError if the server goes away before its last byte."""
        if self._line is None or self._line.lost:
            await self.open()
        assert self._line is not None
        return await self._line.send(ready)

    async def call(self, method: str, path: str, key: str, body: Any = None, **headers: str) -> Answer:
        """Makes the request and sends it."""
        return await self.send(request(method, path, key, body, **headers))

    def close(self) -> None:
        """Hangs up."""
        if self._line is not None:
            self._line.hang_up()
            self._line = None

    async def __aenter__(self) -> Connection:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        self.close()


class _Line(asyncio.Protocol):
    """The transport's side: gathers bytes until an answer is whole."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._parts = b""
        self._began = 0
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)  # uvloop's is not derived from it

    def connection_lost(self, _: Exception | None) -> None:
        self.lost = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the server hung up before its answer was whole"))

    def data_received(self, data: bytes) -> None:
        self._parts += data
        answer = _whole(self._parts, perf_counter_ns() - self._began)
        if answer is not None and self._waiting is not None and not self._waiting.done():
            self._parts = b""
            self._waiting.set_result(answer)

    async def send(self, ready: bytes) -> Answer:
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._began = perf_counter_ns()
        self._transport.write(ready)
        return await self._waiting

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _whole(got: bytes, nanoseconds: int) -> Answer | None:
    head, end, body = got.partition(END_OF_HEAD)
    if not end:
        return None
    status = int(head[9:12])
    length = 0 if status in (204, 304) else int(_header(head, b"content-length") or b"0")
    return Answer(status, head, body, nanoseconds) if len(body) >= length else None


def _header(head: bytes, name: bytes) -> bytes | None:
    start = head.lower().find(b"\r\n" + name + b":")
    if start < 0:
        return None
    start += len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()
