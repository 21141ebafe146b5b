"""One request and its answer, whatever carries them; and when a request is worth sending again."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import IO, Final, Protocol

from task_assistant.client.problems import Unreachable, problem_of

TRIES: Final = 4
FIRST_PAUSE: Final = 0.2  # seconds; doubled each time, with jitter
LONGEST_PAUSE: Final = 30.0
TRY_AGAIN: Final = frozenset({429, 502, 503, 504})
SAFE: Final = frozenset({"GET", "HEAD", "DELETE"})
NO_IDEMPOTENCY: Final = "/api/keys"  # its answer is a secret that is told once


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `timeout` is in seconds, of which a long poll has asked for some itself.

    With `into` the answer, unless it is a refusal, goes into that file piece by piece.
    """

    method: str
    target: str
    headers: dict[str, str] = field(repr=False)
    body: bytes | IO[bytes] | None = field(default=None, repr=False)
    timeout: float = 30.0
    into: IO[bytes] | None = field(default=None, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again although it could have arrived."""
        return self.method in SAFE or "idempotency-key" in self.headers


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Carries requests to one server."""

    async def send(self, request: Request) -> Reply:
        """One try. Raises Unreachable."""
        ...

    async def pause(self, seconds: float) -> None:
        """Waits between two tries."""
        ...

    async def close(self) -> None:
        """Lets connections go."""
        ...


async def deliver(transport: Transport, request: Request) -> Reply:
    """The answer, after as many tries as are harmless.

    A POST carries one Idempotency-Key through all its tries, so it can be repeated; a PATCH only when nothing was sent.

    Raises:
        Problem: the server refused it.
        Unreachable: no answer came.
    """
    if request.method == "POST" and request.target != NO_IDEMPOTENCY:
        request.headers.setdefault("idempotency-key", str(uuid.uuid4()))
    for attempt in range(1, TRIES + 1):
        try:
            reply = await transport.send(request)
        except Unreachable as problem:
            if attempt == TRIES or (problem.sent and not request.repeatable):
                raise
            await transport.pause(_backoff(attempt))
            continue
        if reply.status < 400:
            return reply
        named = reply.headers.get("retry-after")
        if reply.status not in TRY_AGAIN or attempt == TRIES or not request.repeatable:
            raise problem_of(reply.status, reply.body, named)
        await transport.pause(_backoff(attempt, named))
    raise AssertionError("the last try answers or raises")


def _backoff(attempt: int, named: str | None = None) -> float:
    if named is not None and named.isdigit():
        return min(float(named), LONGEST_PAUSE)
    return FIRST_PAUSE * float(2 ** (attempt - 1)) * random.uniform(0.5, 1.5)
