"""One run: opens the sites, measures what was asked for, and gathers the rows."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import assessing, command_line, growth, throughput, webhooks
from benchmarks.boards import prepare
from benchmarks.calls import CALLS, Call
from benchmarks.rows import Row
from benchmarks.server import ServerProcess
from benchmarks.sites import APP, Site

INGEST_BAR, MEMORY_BAR, READY_BAR = 60.0, 150.0, 2.0
JUDGED = (1_000, 100_000)  # the boards that the bars of growth speak of
SECTIONS = (
    "calls",
    "throughput",
    "claimers",
    "mixed",
    "naive",
    "start",
    "assessing",
    "webhooks",
    "command line",
)
NAIVE_CALLS = ("queue(25)", "summary", "list(50)", "search, common word", "claim")
NAIVE_SHOTS = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """What to measure: board sizes, how thoroughly, and which sections or calls (all when empty).

    `postgres` is the address of a server on which the boards are made instead; there the calls are measured only.
    """

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    quick: bool = False
    only: tuple[str, ...] = ()
    postgres: str | None = None

    def wants(self, *names: str) -> bool:
        """Whether one of these names was asked for, by any part of it."""
        return not self.only or any(part in name for part in self.only for name in names)

    @property
    def blocks(self) -> int:
        """How many blocks a ratio is the median of."""
        return 5 if self.quick else 21


def tell(text: str) -> None:
    """Says on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)


async def run(wish: Wish) -> list[Row]:
    """All rows of a run."""
    with tempfile.TemporaryDirectory(prefix="task-assistant-benchmarks-") as place:
        rows = await _on_all_boards(wish, Path(place))
        if wish.postgres is None:
            rows += await _on_largest(wish, Path(place))
        if wish.wants("webhooks"):
            tell("webhooks")
            rows += await webhooks.rows(Path(place), wish.blocks)
        if wish.wants("command line"):
            tell("command line")
            rows += command_line.rows(Path(place), 5 if wish.quick else 21)
    if wish.wants("assessing"):
        tell("assessing")
        rows += await assessing.rows(3 if wish.quick else 9)
    order = {group: n for n, group in enumerate(dict.fromkeys(row.group for row in rows))}
    return sorted(rows, key=lambda row: order[row.group])


async def _on_all_boards(wish: Wish, place: Path) -> list[Row]:
    calls = [call for call in CALLS if wish.wants("calls", call.name)]
    if not calls:
        return []
    rows: list[Row] = []
    async with AsyncExitStack() as stack:
        sites = [await _opened(stack, size, place, wish.postgres) for size in wish.sizes]
        for call in calls:
            rows += await _measure(call, sites, wish)
        rows.append(_memory(sites[-1]))
    return rows


async def _opened(
    stack: AsyncExitStack, size: int, place: Path, database_server: str | None = None, **settings: str
) -> Site:
    tell(f"a board of {size:,} tasks {' '.join(settings.values())}")
    site = await Site.open(size, place, database_server, **settings)
    stack.push_async_callback(site.close)
    return site


async def _measure(call: Call, sites: Sequence[Site], wish: Wish) -> list[Row]:
    tell(call.name)
    found = await growth.blocks(call, sites, max(3, round(wish.blocks * call.share)))
    sizes = [site.size for site in sites]
    rows = [_judged(row, sizes) for row in growth.rows(call, found, sizes)]
    if call.name == "ingest 100":
        taken = growth.p50(found, (max(sizes), "call"))
        rows.append(Row("Absolute", "ingest of 100 new tasks", taken, "ms", bar=INGEST_BAR))
    return rows


def _judged(row: Row, sizes: Sequence[int]) -> Row:
    """The row, without its bar when the boards are not those that the bar speaks of."""
    if (min(sizes), max(sizes)) == JUDGED:
        return row
    return Row(row.group, row.name, row.value, row.unit, row.p50, row.baseline_p50)


def _memory(site: Site) -> Row:
    now, most = site.server.memory_mb()
    name = f"memory of the server at {site.size:,} tasks"
    return Row("Absolute", name, now, "MB", bar=MEMORY_BAR, note=f"at most {most:.0f} MB")


async def _on_largest(wish: Wish, place: Path) -> list[Row]:
    size, rows = max(wish.sizes), list[Row]()
    if wish.wants("start"):
        rows.append(await _start(size, place, 3 if wish.quick else 7))
    async with AsyncExitStack() as stack:
        if wish.wants("throughput", "claimers", "mixed"):
            site = await _opened(stack, size, place / "crowd")
            rows += await _crowds(wish, site)
        if wish.wants("throughput"):
            changing = await _opened(stack, size, place, BENCHMARK_CHANGING="1")
            name = "queue(25), a change before each"
            rows.append(await throughput.queue_row(changing, name, wish.blocks, 40, bar=None))
        if wish.wants("naive"):
            rows += await _naive(stack, size, place)
    return rows


async def _crowds(wish: Wish, site: Site) -> list[Row]:
    rows: list[Row] = []
    if wish.wants("throughput"):
        tell("throughput")
        rows.append(await throughput.queue_row(site, "queue(25), board unchanged", wish.blocks, 100))
        rows.append(await throughput.poll_row(site, wish.blocks, 200))
    # Boards have 35 claimable tasks of a hundred; a quarter of them at most is taken here.
    many = min(site.size // 100, 40 if wish.quick else 250)
    if wish.wants("claimers"):
        tell("8 claimers")
        rows.append(await throughput.claim_row(site, many))
    if wish.wants("mixed"):
        tell("everybody at once")
        rows += await throughput.mixed_rows(site, many)
    return rows


async def _start(size: int, place: Path, times: int) -> Row:
    tell("starting")
    directory = place / "start"
    await prepare(size, directory)
    taken = []
    for _ in range(times):
        with ServerProcess(directory, APP) as server:
            taken.append(server.ready_seconds)
    return Row("Absolute", f"ready after start at {size:,} tasks", median(taken), "s", bar=READY_BAR)


async def _naive(stack: AsyncExitStack, size: int, place: Path) -> list[Row]:
    real = await _opened(stack, size, place / "real")
    naive = await _opened(stack, size, place, BENCHMARK_STORE="naive")
    rows: list[Row] = []
    for call in CALLS:
        if call.name in NAIVE_CALLS:
            tell(f"naive {call.name}")
            rows.append(await _against_naive(call, real, naive))
    return rows


async def _against_naive(call: Call, real: Site, naive: Site) -> Row:
    ratios, own, other = list[float](), list[float](), list[float]()
    for _ in range(NAIVE_SHOTS):
        for site, times in ((real, own), (naive, other)):
            await site.touch()
            answer = await site.connection.send(await call.make(site))
            times.append(answer.expect(call.status).nanoseconds / 1e6)
        ratios.append(other[-1] / own[-1])
    group = f"Times slower: load all, sort in Python, {real.size:,} tasks"
    return Row(group, call.name, median(ratios), "×", median(other), median(own))
