"""Many clients at once: calls a second, and what each of several kinds of client sees while all of them work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter

from benchmarks.calls import QUEUE
from benchmarks.connection import Answer, Connection, request
from benchmarks.rows import Row
from benchmarks.server import OWNER_KEY
from benchmarks.sites import Site

CLIENTS = 4
POLLERS, CLAIMERS = 8, 4
QUEUE_BAR, POLL_BAR, CLAIMS_BAR = 0.35, 0.8, 300.0


@asynccontextmanager
async def connected(site: Site, count: int) -> AsyncIterator[list[Connection]]:
    """So many connections to one server."""
    connections = [await Connection(site.server.port).open() for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def rate(connections: Sequence[Connection], ready: bytes, count: int, *statuses: int) -> float:
    """Requests a second when each connection sends `count` of them, one after the other."""

    async def client(connection: Connection) -> None:
        for _ in range(count):
            (await connection.send(ready)).expect(*statuses)

    began = perf_counter()
    await asyncio.gather(*map(client, connections))
    return count * len(connections) / (perf_counter() - began)


async def compare(
    site: Site, call: tuple[bytes, int], baseline: bytes, blocks: int, count: int
) -> tuple[float, float, float]:
    """The median ratio of the rates of a call and its baseline, taken in turn, and the median of each."""
    ready, status = call
    async with connected(site, CLIENTS) as lines:
        pairs = [
            (await rate(lines, ready, count, status), await rate(lines, baseline, count, 200))
            for _ in range(blocks + 1)
        ]
    measured = pairs[1:]  # in the first, things get warm
    return median(a / b for a, b in measured), median(a for a, _ in measured), median(b for _, b in measured)


async def queue_row(site: Site, name: str, blocks: int, count: int, *, bar: float | None = QUEUE_BAR) -> Row:
    """queue(25) against ready bytes of equal size."""
    ready = request("GET", QUEUE, site.agent_key)
    answer = (await site.connection.send(ready)).expect(200)
    found, own, other = await compare(site, (ready, 200), site.prepared(len(answer.body)), blocks, count)
    return _row(name, found, own, other, bar)


async def poll_row(site: Site, blocks: int, count: int) -> Row:
    """A 304 against a bare ping."""
    answer = (await site.connection.call("GET", QUEUE, site.agent_key)).expect(200)
    ready = request("GET", QUEUE, site.agent_key, if_none_match=answer.header("etag") or "")
    found, own, other = await compare(site, (ready, 304), site.ping, blocks, count)
    return _row("unchanged poll (304) against a bare ping", found, own, other, POLL_BAR)


def _row(name: str, found: float, own: float, other: float, bar: float | None) -> Row:
    note = f"{own:,.0f}/s against {other:,.0f}/s"
    return Row("Throughput, as a share of the baseline's", name, found, bar=bar, side="at least", note=note)


async def claim_row(site: Site, each: int, claimers: int = 8) -> Row:
    """Claims a second of agents that take one task after the other."""
    keys = [await site.new_key(f"claimer-{n}") for n in range(claimers)]

    async def client(connection: Connection, key: str) -> None:
        ready = request("POST", "/api/agent/claim", key)
        for _ in range(each):
            (await connection.send(ready)).expect(200)

    async with connected(site, claimers) as connections:
        began = perf_counter()
        await asyncio.gather(*map(client, connections, keys))
        found = claimers * each / (perf_counter() - began)
    return Row("Absolute", f"{claimers} claimers", found, "claims/s", bar=CLAIMS_BAR, side="at least")


# -- everybody at once ---------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Several kinds of client at one server, until the claimers are through."""

    site: Site
    done: asyncio.Event = field(default_factory=asyncio.Event)
    seen: dict[str, list[int]] = field(default_factory=dict)

    def note(self, kind: str, answer: Answer, *statuses: int) -> Answer:
        """Writes down how long an answer took."""
        self.seen.setdefault(kind, []).append(answer.nanoseconds)
        return answer.expect(*statuses)

    async def poller(self, connection: Connection) -> None:
        """Polls the queue as a good client does: it says what it knows already."""
        known = "none"
        while not self.done.is_set():
            answer = await connection.call("GET", QUEUE, self.site.agent_key, if_none_match=known)
            self.note("poll" if answer.status == 200 else "poll, 304", answer, 200, 304)
            known = answer.header("etag") or known

    async def writer(self, connection: Connection) -> None:
        """Creates task after task."""
        while not self.done.is_set():
            number = next(self.site.numbers)
            body = {"title": f"One more thing {number}", "assignee": "codex"}
            self.note("create", await connection.call("POST", "/api/tasks", OWNER_KEY, body), 201)

    async def claimer(self, connection: Connection, key: str, count: int) -> None:
        """Claims and submits so many times."""
        for _ in range(count):
            claimed = self.note("claim", await connection.call("POST", "/api/agent/claim", key), 200).json()
            body = {"claim_token": claimed["claim_token"], "summary": "Done as asked."}
            path = f"/api/agent/tasks/{claimed['id']}/submit"
            self.note("submit", await connection.call("POST", path, key, body), 200)


async def mixed_rows(site: Site, each: int) -> list[Row]:
    """What everybody sees while 8 poll, 4 claim and submit, and 1 writes; the ratio is to the same call alone."""
    crowd = Crowd(site)
    keys = [await site.new_key(f"worker-{n}") for n in range(CLAIMERS)]
    alone = await _alone(crowd, keys[0])
    crowd.seen.clear()
    async with connected(site, POLLERS + CLAIMERS + 1) as lines:
        others: list[Awaitable[None]] = [crowd.poller(line) for line in lines[:POLLERS]]
        others.append(crowd.writer(lines[POLLERS]))
        rest = asyncio.gather(*others)
        began = perf_counter()
        await asyncio.gather(
            *(crowd.claimer(*pair, each) for pair in zip(lines[POLLERS + 1 :], keys, strict=True))
        )
        crowd.done.set()
        await rest
        seconds = perf_counter() - began
    return [_mixed(kind, taken, alone.get(kind), seconds) for kind, taken in sorted(crowd.seen.items())]


async def _alone(crowd: Crowd, key: str) -> dict[str, float]:
    """The p50 of each kind of call when nobody else is there; reads after a write, as in the crowd."""
    line, shots = crowd.site.connection, 30
    for _ in range(shots):
        await crowd.claimer(line, key, 1)
        answer = crowd.note("poll", await line.call("GET", QUEUE, crowd.site.agent_key), 200)
        known = answer.header("etag") or ""
        crowd.note("poll, 304", await line.call("GET", QUEUE, crowd.site.agent_key, if_none_match=known), 304)
        body = {"title": f"One more thing {next(crowd.site.numbers)}", "assignee": "codex"}
        crowd.note("create", await line.call("POST", "/api/tasks", OWNER_KEY, body), 201)
    return {kind: median(taken) for kind, taken in crowd.seen.items()}


def _mixed(kind: str, taken: list[int], alone: float | None, seconds: float) -> Row:
    middle = median(taken)
    p99 = quantiles(taken, n=100)[-1] if len(taken) > 1 else middle
    note = f"p99 {p99 / 1e6:.1f} ms, {len(taken) / seconds:,.0f}/s"
    group = f"{POLLERS} pollers, {CLAIMERS} claimers and a writer at once, p50 against alone"
    return Row(group, kind, middle / (alone or middle), "×", middle / 1e6, (alone or middle) / 1e6, note=note)
