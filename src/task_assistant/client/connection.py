"""One server with one key: how a call becomes a request, whatever transport carries it."""

from __future__ import annotations

import json
import os
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urlencode

from task_assistant.client import whereabouts
from task_assistant.client.problems import NoKey, problem_of
from task_assistant.client.transport import Reply, Request, Transport, deliver

LONG = 600.0  # seconds between two pieces of an answer that takes the server long
SLACK = 15.0  # seconds that an answer may take beyond the wait that was asked for


class Connection:
    """Sends what the calls of `Client` say. The key is in no text that this makes."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        transport: Transport | None = None,
        program: str = "client",
    ) -> None:
        """`program` names the caller; `pta` marks its changes as made by the command line."""
        found = whereabouts.find(url, key)
        self.url, self._key, self._program = found.url, found.key, program
        self._transport = transport or _pooled(found.url)

    @classmethod
    def plain(cls, url: str | None = None, key: str | None = None, *, program: str = "client") -> Self:
        """A client without an event loop; finish its calls with `run` and its iterators with `each`."""
        from task_assistant.client.plain import PlainTransport

        found = whereabouts.find(url, key)
        return cls(found.url, found.key, transport=PlainTransport(found.url), program=program)

    @property
    def fingerprint(self) -> str:
        """What tells this key from others without telling it."""
        import hashlib  # late: it loads OpenSSL

        return hashlib.sha256((self._key or "").encode()).hexdigest()[:16]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets the connections go."""
        await self._transport.close()

    async def _get(self, path: str, wait_for: float = 0.0, /, **query: Any) -> Any:
        given = [(name, value) for name, value in query.items() if value is not None]
        target = f"{path}?{urlencode(given, doseq=True)}" if given else path
        return json.loads((await self._send("GET", target, wait=wait_for)).body)

    async def _post(self, path: str, wait_for: float = 0.0, /, **said: Any) -> Any:
        body = {name: value for name, value in said.items() if value is not None}
        reply = await self._send("POST", path, body or None, wait=wait_for)
        return json.loads(reply.body) if reply.body else None

    async def _download(self, target: str, into: IO[bytes]) -> None:
        """The answer into a file; not tried again, as part of it may be there."""
        reply = await self._transport.send(Request("GET", target, self._headers(), None, LONG, into))
        if reply.status >= 400:
            raise problem_of(reply.status, reply.body, reply.headers.get("retry-after"))

    async def _upload(self, path: str, file: IO[bytes], **query: Any) -> Any:
        """A file as the body, from where it stands to its end; not tried again, as it is read only once."""
        given = urlencode([(name, value) for name, value in query.items() if value is not None])
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
        headers = {**self._headers(), "content-type": "application/octet-stream", "content-length": str(size)}
        reply = await self._transport.send(Request("POST", f"{path}?{given}", headers, file, LONG))
        if reply.status >= 400:
            raise problem_of(reply.status, reply.body, reply.headers.get("retry-after"))
        return json.loads(reply.body)

    def _headers(self) -> dict[str, str]:
        if self._key is None:
            raise NoKey
        return {"authorization": f"Bearer {self._key}", "user-agent": self._program}

    async def _send(
        self,
        method: str,
        target: str,
        body: dict[str, Any] | None = None,
        more: dict[str, str] | None = None,
        wait: float = 0.0,
    ) -> Reply:
        headers = {**self._headers(), **(more or {})}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        return await deliver(self._transport, Request(method, target, headers, content, SLACK + wait))


def _pooled(url: str) -> Transport:
    # Imported late: the plain transport is for programs that must start at once.
    from task_assistant.client.pooled import PooledTransport

    return PooledTransport(url)
