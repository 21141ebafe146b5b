"""The transport for programs with an event loop: httpx, with a pool of kept connections."""

from __future__ import annotations

import asyncio

import httpx2

from task_assistant.client.problems import Unreachable
from task_assistant.client.transport import Reply, Request


class PooledTransport:
    """Any number of requests at a time. Redirects are not followed: a key must not travel to another address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx2.AsyncClient(base_url=url, trust_env=False)

    async def send(self, request: Request) -> Reply:
        """One try."""
        try:
            answer = await self._http.request(
                request.method,
                request.target,
                content=request.body,
                headers=request.headers,
                timeout=request.timeout,
            )
        except httpx2.ConnectError as problem:
            raise Unreachable(self._url, "connection refused", sent=False) from problem
        except httpx2.TimeoutException as problem:
            raise Unreachable(self._url, f"nothing for {request.timeout:.0f} s", sent=True) from problem
        except httpx2.TransportError as problem:
            raise Unreachable(self._url, type(problem).__name__, sent=True) from problem
        return Reply(answer.status_code, dict(answer.headers), answer.content)

    async def pause(self, seconds: float) -> None:
        """Lets others go on meanwhile."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Closes the pool."""
        await self._http.aclose()
