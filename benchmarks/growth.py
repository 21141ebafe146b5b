"""What a call costs on a large board against a small one, and against ready bytes of equal size.

All servers run at once and are asked in turn, so that whatever else the machine does hits them alike. A shot is one
request; a block is some shots at every server; each figure is the median over blocks of the ratio of the blocks' p50s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.calls import Call
from benchmarks.rows import Row
from benchmarks.sites import Site

SHOTS = 8  # in a block
MILLION = 1e6
Block = dict[tuple[int, str], float]  # p50 in nanoseconds by board size and "call" or "prepared"


async def blocks(call: Call, sites: Sequence[Site], count: int) -> list[Block]:
    """The p50s of each block; the first, in which things get warm, is left out."""
    return [await _block(call, sites) for _ in range(count + 1)][1:]


async def _block(call: Call, sites: Sequence[Site]) -> Block:
    times: dict[tuple[int, str], list[int]] = {}
    for _ in range(SHOTS):
        for site in sites:
            ready = await call.make(site)
            size = await _shoot(call, site, ready, times.setdefault((site.size, "call"), []), call.status)
            await _shoot(call, site, site.prepared(size), times.setdefault((site.size, "prepared"), []), 200)
    return {which: median(taken) for which, taken in times.items()}


async def _shoot(call: Call, site: Site, ready: bytes, times: list[int], status: int) -> int:
    if call.fresh:
        await site.touch()
    answer = (await site.connection.send(ready)).expect(status)
    times.append(answer.nanoseconds)
    return len(answer.body)


def ratio(found: Sequence[Block], above: tuple[int, str], below: tuple[int, str]) -> float:
    """The median of the blocks' ratios."""
    return median(block[above] / block[below] for block in found)


def p50(found: Sequence[Block], which: tuple[int, str]) -> float:
    """The median of the blocks' p50s, in milliseconds."""
    return median(block[which] for block in found) / MILLION


def rows(call: Call, found: Sequence[Block], sizes: Sequence[int]) -> Iterator[Row]:
    """The call's rows: growth from the smallest board to each larger one, and cost against ready bytes."""
    smallest, largest = min(sizes), max(sizes)
    for size in sorted(sizes):
        if size != smallest:
            judged = call.bar if size == largest else None
            grown = ratio(found, (size, "call"), (smallest, "call"))
            times = p50(found, (size, "call")), p50(found, (smallest, "call"))
            yield Row(f"p50 at {size:,} against {smallest:,} tasks", call.name, grown, "×", *times, judged)
    cost = ratio(found, (largest, "call"), (largest, "prepared"))
    times = p50(found, (largest, "call")), p50(found, (largest, "prepared"))
    yield Row(f"p50 against ready bytes of equal size, {largest:,} tasks", call.name, cost, "×", *times)
