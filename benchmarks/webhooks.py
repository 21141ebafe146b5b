"""What a write costs while webhooks go out, most of them in vain, against the same write on a server without any."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from benchmarks.connection import Connection
from benchmarks.receiver import PATHS, receiving
from benchmarks.rows import Row
from benchmarks.server import OWNER_KEY
from benchmarks.sites import Site

SIZE, EVENTS, BATCH = 1_000, 1_000, 500
WRITES = 40  # in a block
BAR = 1.5
GROUP = "1,000 events to five webhooks that take, fail, hang, redirect inward and lie"


async def rows(place: Path, blocks: int) -> Sequence[Row]:
    """The ratios of p50 and p95 over writes on both servers, taken in turn while deliveries are under way."""
    loaded = await Site.open(SIZE, place / "loaded", WEBHOOK_ALLOWED_NETWORKS="127.0.0.1")
    quiet = await Site.open(SIZE, place / "quiet")
    try:
        with receiving() as port:
            for path in PATHS:
                hook = {"url": f"http://127.0.0.1:{port}{path}", "types": ["created"]}
                (await loaded.connection.call("POST", "/api/webhooks", OWNER_KEY, hook)).expect(201)
            for site in (loaded, quiet):
                await _ingest(site)
            own, other = list[float](), list[float]()
            for block in range(blocks + 1):
                pair = await _writes(loaded), await _writes(quiet)
                if block:  # in the first, the ingest is still being judged
                    own += pair[0]
                    other += pair[1]
            async with Connection(port) as asked:
                had = (await asked.call("GET", "/count", "nobody's")).expect(200).json()
    finally:
        await loaded.close()
        await quiet.close()
    return [
        _row("a write, p50", own, other, 0.5, ""),
        _row("a write, p95", own, other, 0.95, _told(had), BAR),
    ]


async def _ingest(site: Site) -> None:
    """Events of an adapter go out at once; those of the person would wait for ten seconds."""
    key = await site.new_key("mail", "adapter")
    for start in range(0, EVENTS, BATCH):
        tasks = [
            {"title": f"Draft letter {n}", "external_id": f"letter-{n}"} for n in range(start, start + BATCH)
        ]
        said = {"origin": "email", "tasks": tasks}
        (await site.connection.call("POST", "/api/ingest/context", key, said)).expect(200)


async def _writes(site: Site) -> list[float]:
    """Milliseconds of each write."""
    taken = []
    for _ in range(WRITES):
        body = {"title": f"One more thing {next(site.numbers)}", "assignee": "me"}
        answer = (await site.connection.call("POST", "/api/tasks", OWNER_KEY, body)).expect(201)
        taken.append(answer.nanoseconds / 1e6)
    return taken


def _row(
    name: str, own: Sequence[float], other: Sequence[float], share: float, note: str, bar: float | None = None
) -> Row:
    mine, theirs = (quantiles(times, n=100)[round(share * 100) - 1] for times in (own, other))
    return Row(
        GROUP,
        name,
        mine / theirs,
        "×",
        median(own),
        median(other),
        bar,
        note=f"{mine:.1f} against {theirs:.1f} ms{note}",
    )


def _told(had: dict[str, int]) -> str:
    return "; requests: " + ", ".join(f"{path[1:]} {had.get(path, 0)}" for path in PATHS)
