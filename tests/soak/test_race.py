from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter

import pytest

from benchmarks.connection import Connection
from benchmarks.server import OWNER_KEY, ServerProcess
from tests.soak.conftest import Serve
from tests.soak.lengths import DEADLINE, RACE_TASKS, tell
from tests.soak.race import Json, Race, all_events, put_tasks

pytestmark = pytest.mark.soak
CLIENTS = 16


async def test_of_16_clients_on_two_processes_each_task_goes_to_exactly_one(serve: Serve) -> None:
    servers = [serve("first"), serve("second")]
    async with asyncio.timeout(DEADLINE), Connection(servers[0].port) as line:
        tasks = await put_tasks(line, RACE_TASKS)
        race, began = Race(), time.perf_counter()
        await race.run(servers, CLIENTS)
        seconds = time.perf_counter() - began
        summary = (await line.call("GET", "/api/agent/queue/summary", OWNER_KEY)).json()
        events = await all_events(line)

    assert race.statuses == {("claim", 200): len(tasks), ("claim", 404): CLIENTS, ("submit", 200): len(tasks)}
    assert {task: len(takers) for task, takers in race.taken.items()} == dict.fromkeys(tasks, 1)
    assert race.attempts == {1}
    assert len(race.tokens) == len(tasks)
    assert summary["review"] == summary["active"] == len(tasks)
    check_feed(events, tasks, race)
    shares = claims_by_server(race)
    check_that_they_raced(events, shares)
    for server in servers:
        check_log(server)
    tell(
        f"race: {len(tasks)} tasks, {CLIENTS} clients, 2 processes: {seconds:.1f} s, "
        f"{len(tasks) / seconds:.0f} claims and as many submits a second, by process {shares}"
    )


def check_feed(events: list[Json], tasks: set[int], race: Race) -> None:
    told = Counter((event["type"], event["task_id"]) for event in events if event["task_id"] is not None)
    assert told == Counter(
        {(kind, task): 1 for kind in ("created", "claimed", "submitted") for task in tasks}
    )
    claimed = {event["task_id"]: event["actor"] for event in events if event["type"] == "claimed"}
    assert claimed == {task: f"agent:{takers[0]}" for task, takers in race.taken.items()}
    seqs = [event["seq"] for event in events]
    assert seqs == sorted(set(seqs))


def claims_by_server(race: Race) -> list[int]:
    names = [takers[0] for takers in race.taken.values()]
    first = sum(int(name.removeprefix("racer-")) % 2 == 0 for name in names)
    return [first, len(names) - first]


def check_that_they_raced(events: list[Json], shares: list[int]) -> None:
    """Neither process stood aside, and their claims lie between each other's in the feed."""
    assert min(shares) > RACE_TASKS / 20
    sides = [int(event["actor"].split("-")[-1]) % 2 for event in events if event["type"] == "claimed"]
    changes_of_side = sum(a != b for a, b in itertools.pairwise(sides))
    assert changes_of_side > 20


def check_log(server: ServerProcess) -> None:
    said = server.log.read_text(errors="replace")
    for word in ("locked", "Traceback", "ERROR", "CRITICAL"):
        assert word not in said, said[-3000:]
