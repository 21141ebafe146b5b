"""The hot calls of the contract, as one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.connection import request
from benchmarks.server import OWNER_KEY
from benchmarks.sites import Site
from benchmarks.words import COMMON_WORD, RARE_WORD

QUEUE = "/api/agent/queue?assignee=codex&sort=smart&limit=25"
GROWTH_BAR = 1.6  # p50 on the largest board against p50 on the smallest
CONTEXT = "The words of a thread that a source sends along with its tasks. " * 10


@dataclass(frozen=True, slots=True)
class Call:
    """One hot call. `make` gives the next request, untimed; before a `fresh` one somebody else writes, untimed.

    `bar` is the most that p50 may grow from the smallest to the largest board, None where the issue sets no bar.
    `share` of the usual number of shots is taken of it.
    """

    name: str
    make: Callable[[Site], Awaitable[bytes]]
    bar: float | None = None
    status: int = 200
    fresh: bool = True
    share: float = 1.0


def _read(path: str) -> Callable[[Site], Awaitable[bytes]]:
    async def make(site: Site) -> bytes:
        return request("GET", path, site.agent_key)

    return make


def _as_owner(path: str) -> Callable[[Site], Awaitable[bytes]]:
    async def make(_: Site) -> bytes:
        return request("GET", path, OWNER_KEY)

    return make


async def _poll(site: Site) -> bytes:
    """A poll by who knows the answer."""
    answer = (await site.connection.call("GET", QUEUE, site.agent_key)).expect(200)
    return request("GET", QUEUE, site.agent_key, if_none_match=answer.header("etag") or "")


async def _claim(site: Site) -> bytes:
    return request("POST", "/api/agent/claim", site.agent_key)


async def _heartbeat(site: Site) -> bytes:
    return site.held


async def _create(site: Site) -> bytes:
    title = f"Something new to do, number {next(site.numbers)}"
    return request("POST", "/api/tasks", OWNER_KEY, {"title": title, "assignee": "codex", "labels": ["new"]})


async def _ingest(site: Site) -> bytes:
    batch = next(site.numbers)
    tasks = [
        {"title": f"Task {n} of thread {batch}", "external_id": f"thread-{batch}-{n}", "priority": n % 5 + 1}
        for n in range(100)
    ]
    body = {"origin": "email", "source_name": "A thread", "source_context": CONTEXT, "tasks": tasks}
    return request("POST", "/api/ingest/context", OWNER_KEY, body)


CALLS = (
    Call("queue(25)", _read(QUEUE), GROWTH_BAR),
    Call("queue(25), board unchanged", _read(QUEUE), fresh=False),
    Call("queue(25), 304", _poll, status=304, fresh=False),
    Call("queue(25), 304 amid heartbeats", _poll, status=304),
    Call("summary", _read("/api/agent/queue/summary"), GROWTH_BAR),
    Call("list(50)", _as_owner("/api/tasks?limit=50"), GROWTH_BAR),
    Call("search, common word", _as_owner(f"/api/tasks?q={COMMON_WORD}"), GROWTH_BAR),
    Call("search, rare word", _as_owner(f"/api/tasks?q={RARE_WORD}"), GROWTH_BAR),
    Call("read a task", _as_owner("/api/tasks/500")),
    Call("heartbeat", _heartbeat, fresh=False),
    Call("claim", _claim, GROWTH_BAR, fresh=False, share=0.5),
    Call("create", _create, GROWTH_BAR, status=201, fresh=False, share=0.5),
    Call("ingest 100", _ingest, fresh=False, share=0.1),
)
