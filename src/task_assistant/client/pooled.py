"""The transport for programs with an event loop: httpx, with a pool of kept connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import IO

import httpx2

from task_assistant.client.problems import Unreachable
from task_assistant.client.transport import Reply, Request

PIECE = 64 * 1024  # bytes of a file that are sent at a time


class PooledTransport:
    """Any number of requests at a time. Redirects are not followed: a key must not travel to another address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx2.AsyncClient(base_url=url, trust_env=False)

    async def send(self, request: Request) -> Reply:
        """One try."""
        try:
            async with self._http.stream(
                request.method,
                request.target,
                content=_pieces(request.body),
                headers=request.headers,
                timeout=request.timeout,
            ) as answer:
                return await _reply(answer, request.into)
        except httpx2.ConnectError as problem:
            raise Unreachable(self._url, "connection refused", sent=False) from problem
        except httpx2.TimeoutException as problem:
            raise Unreachable(self._url, f"nothing for {request.timeout:.0f} s", sent=True) from problem
        except httpx2.TransportError as problem:
            raise Unreachable(self._url, type(problem).__name__, sent=True) from problem

    async def pause(self, seconds: float) -> None:
        """Lets others go on meanwhile."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Closes the pool."""
        await self._http.aclose()


def _pieces(body: bytes | IO[bytes] | None) -> bytes | AsyncIterator[bytes] | None:
    """What the library takes as a body: a file only piece by piece."""
    if body is None or isinstance(body, bytes):
        return body
    return _read(body)


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


async def _reply(answer: httpx2.Response, into: IO[bytes] | None) -> Reply:
    headers = dict(answer.headers)
    if into is None or answer.status_code >= 400:
        return Reply(answer.status_code, headers, await answer.aread())
    async for piece in answer.aiter_bytes():
        into.write(piece)
    return Reply(answer.status_code, headers, b"")
