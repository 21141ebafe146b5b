"""Two app processes on one PostgreSQL: races through crashes and restarts, and events that reach the other process."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest

from benchmarks.connection import Connection, request
from benchmarks.server import HOST, OWNER_KEY, ServerProcess
from tests.soak.conftest import Serve
from tests.soak.lengths import DEADLINE, FULL, tell
from tests.soak.race import Json, Race, all_events, new_key, put_tasks
from tests.soak.stubborn import StubbornRace
from tests.soak.test_race import check_feed, check_log, claims_by_server
from tests.stores.postgres_only.cluster import Cluster, another_cluster
from tests.stores.sql_only.recomputing import differences_in

pytestmark = pytest.mark.postgres
CLIENTS = 16
TASKS = 5_000 if FULL else 120
EVENTS = 200 if FULL else 10
PROMISED = 300  # milliseconds; half of the events must keep it on whatever machine, and nearly all do
WORDS = "SELECT unnest(tsvector_to_array(words)), search_id FROM search"


@pytest.fixture
def database() -> Iterator[tuple[Cluster, str]]:
    """A server that commits to the disk as in earnest where the run is in earnest, and a database of it."""
    found = another_cluster(quick=not FULL)
    yield found, found.url(found.take())
    found.remove()


@pytest.fixture
def servers(serve: Serve, database: tuple[Cluster, str]) -> list[ServerProcess]:
    settings = {"DATABASE_URL": database[1]}
    return [serve(name, settings=settings) for name in ("first", "second")]


def check_database(url: str) -> None:
    """Everything derived equals a recount."""
    with psycopg.connect(url) as raw:
        assert differences_in(raw, WORDS) == []


async def test_of_16_clients_on_two_processes_each_task_goes_to_exactly_one(
    servers: list[ServerProcess], database: tuple[Cluster, str]
) -> None:
    async with asyncio.timeout(DEADLINE), Connection(servers[0].port) as line:
        tasks = await put_tasks(line, TASKS)
        race, began = Race(), time.perf_counter()
        await race.run(servers, CLIENTS)
        seconds = time.perf_counter() - began
        events = await all_events(line)
    assert race.statuses == {("claim", 200): len(tasks), ("claim", 404): CLIENTS, ("submit", 200): len(tasks)}
    assert {task: len(takers) for task, takers in race.taken.items()} == dict.fromkeys(tasks, 1)
    check_feed(events, tasks, race)
    shares = claims_by_server(race)
    assert min(shares) > TASKS / 20
    for server in servers:
        check_log(server)
    check_database(database[1])
    tell(
        f"race on PostgreSQL: {len(tasks)} tasks, {CLIENTS} clients, 2 processes: {seconds:.1f} s, "
        f"{len(tasks) / seconds:.0f} claims and as many submits a second, by process {shares}"
    )


@pytest.mark.parametrize("what", ["a process is killed", "the database is restarted"])
async def test_a_crash_half_way_loses_no_task_and_gives_none_to_two(
    servers: list[ServerProcess], database: tuple[Cluster, str], what: str
) -> None:
    async with asyncio.timeout(DEADLINE):
        async with Connection(servers[0].port) as line:
            tasks = await put_tasks(line, TASKS)
            keys = [await new_key(line, f"racer-{n}") for n in range(CLIENTS)]
        race, began = StubbornRace(servers, TASKS // 2), time.perf_counter()
        racing = asyncio.create_task(race.run(keys))
        await race.half.wait()
        await asyncio.to_thread(crash, what, servers, database[0], lambda: not racing.done())
        await racing
        seconds = time.perf_counter() - began
        async with Connection(servers[1].port) as line:
            events = await all_events(line)
    assert {task: len(set(takers)) for task, takers in race.taken.items()} == dict.fromkeys(tasks, 1)
    told = Counter((event["type"], event["task_id"]) for event in events if event["task_id"] is not None)
    # A claim that was committed but not answered is resumed when its client asks again: for a new token.
    resumed = [told.pop(kind) for kind in list(told) if kind[0] == "resumed"]
    assert sum(resumed) <= race.unanswered
    assert told == Counter(
        {(kind, task): 1 for kind in ("created", "claimed", "submitted") for task in tasks}
    )
    assert [event["seq"] for event in events] == sorted({event["seq"] for event in events})
    check_database(database[1])
    tell(
        f"{what} half-way: {len(tasks)} tasks, {CLIENTS} clients: {seconds:.1f} s, {race.unanswered} requests "
        f"asked again, answers by process {dict(race.by_server)}"
    )


def crash(
    what: str, servers: list[ServerProcess], cluster: Cluster, still_racing: Callable[[], bool]
) -> None:
    crashing: ServerProcess | Cluster = servers[0] if what == "a process is killed" else cluster
    if isinstance(crashing, ServerProcess):
        crashing.kill()
    else:
        crashing.stop()
    assert still_racing()
    crashing.start()


async def test_an_event_of_one_process_reaches_who_listens_to_the_other(servers: list[ServerProcess]) -> None:
    reader, writer = await asyncio.open_connection(HOST, servers[1].port)
    writer.write(request("GET", "/api/events/stream", OWNER_KEY))
    await reader.readuntil(b"retry: ")
    taken: list[float] = []
    async with asyncio.timeout(DEADLINE), Connection(servers[0].port) as line:
        for n in range(EVENTS):
            began = time.perf_counter()
            made: Json = (
                (await line.call("POST", "/api/tasks", OWNER_KEY, {"title": f"Event {n}"})).expect(201).json()
            )
            told = await reader.readuntil(b"event: created\ndata: ")
            taken.append((time.perf_counter() - began) * 1_000)
            assert f'"task_id":{made["id"]}'.encode() in told + await reader.readuntil(b"\n\n")
    writer.close()
    assert statistics.median(taken) < PROMISED
    tell(
        f"from a request to one process to the event at the other's SSE client, {EVENTS} times: "
        f"p50 {statistics.median(taken):.1f} ms, at most {max(taken):.1f} ms"
    )
