"""The transport for short programs: `http.client`, one connection, no event loop, nothing slow to import."""

from __future__ import annotations

import http.client
import shutil
import ssl
import time
from urllib.parse import urlsplit

from task_assistant.client.problems import Unreachable
from task_assistant.client.transport import Reply, Request


class PlainTransport:
    """Blocks while it waits. One thread at a time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._url, self._prefix = url, parts.path.rstrip("/")
        self._host, self._port, self._https = parts.hostname or "", parts.port, parts.scheme == "https"
        self._connection: http.client.HTTPConnection | None = None

    async def send(self, request: Request) -> Reply:
        """One try; a kept connection that the server closed meanwhile is opened anew without counting.

        What must not arrive twice gets a fresh connection: on a kept one nobody knows whether it arrived.
        """
        if not request.repeatable:
            self._drop()
        kept = self._connection is not None
        try:
            return self._exchange(request)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as problem:
            self._drop()
            if kept:
                return await self.send(request)
            raise Unreachable(self._url, "it closed the connection", sent=True) from problem
        except ConnectionRefusedError as problem:
            self._drop()
            raise Unreachable(self._url, "connection refused", sent=False) from problem
        except TimeoutError as problem:
            self._drop()
            raise Unreachable(self._url, f"nothing for {request.timeout:.0f} s", sent=True) from problem
        except (OSError, http.client.HTTPException) as problem:
            sent = self._connection is not None and self._connection.sock is not None
            self._drop()
            raise Unreachable(self._url, str(problem) or type(problem).__name__, sent=sent) from problem

    def _exchange(self, request: Request) -> Reply:
        connection = self._connection = self._connection or self._open()
        connection.timeout = request.timeout
        if connection.sock is not None:
            connection.sock.settimeout(request.timeout)
        connection.request(request.method, self._prefix + request.target, request.body, request.headers)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        if request.into is not None and answer.status < 400:
            shutil.copyfileobj(answer, request.into)
            return Reply(answer.status, headers, b"")
        return Reply(answer.status, headers, answer.read())

    def _open(self) -> http.client.HTTPConnection:
        if self._https:
            return http.client.HTTPSConnection(self._host, self._port, context=ssl.create_default_context())
        return http.client.HTTPConnection(self._host, self._port)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    async def pause(self, seconds: float) -> None:
        """Sleeps."""
        time.sleep(seconds)  # noqa: ASYNC251 -- there is no event loop to hold up

    async def close(self) -> None:
        """Closes the connection."""
        self._drop()
