from __future__ import annotations

import asyncio
import random
import time

import pytest

from benchmarks.connection import Connection
from benchmarks.server import ServerProcess
from tests.soak import audit
from tests.soak.acknowledged import Acknowledged
from tests.soak.conftest import Serve
from tests.soak.follower import Follower
from tests.soak.lengths import DEADLINE, KILLS, tell
from tests.soak.load import AGENTS, Load
from tests.soak.race import new_key

pytestmark = pytest.mark.soak


async def test_a_server_killed_under_write_load_loses_nothing_that_it_acknowledged(serve: Serve) -> None:
    server = serve("server")
    rng = random.Random(9)
    async with Connection(server.port) as line:
        agents = [await new_key(line, f"worker-{n}") for n in range(AGENTS)]
    done, follower = Acknowledged(), Follower()
    load = Load(done, agents, rng)
    async with asyncio.timeout(DEADLINE):
        began = time.perf_counter()
        for _ in range(KILLS):
            await kill_under_load(server, load, follower, rng.randint(30, 200))
            server.start()
            audit.check_file(server.database)
            await load.settle(server.port)
        await check_everything(server, done, follower)
    server.stop()
    audit.check_search_index(server.database)
    tell(
        f"kill -9: {KILLS} kills in {time.perf_counter() - began:.0f} s, {len(done.facts)} acknowledged writes "
        f"({dict(done.kinds)}), {done.unanswered['connections']} requests without an answer, "
        f"{len(follower.events)} events"
    )


async def kill_under_load(server: ServerProcess, load: Load, follower: Follower, writes: int) -> None:
    """Lets all clients write until so many writes were acknowledged, then kills: others are then under way."""
    load.done.next_round(writes)
    async with asyncio.TaskGroup() as group:
        writing = group.create_task(load.until_gone(server.port))
        group.create_task(follower.until_gone(server.port))
        await load.done.enough.wait()
        assert not writing.done()
        server.kill()


async def check_everything(server: ServerProcess, done: Acknowledged, follower: Follower) -> None:
    await follower.drain(server.port)
    audit.check_file(server.database)
    audit.check_feed(follower.events, server.database)
    audit.check_acknowledged(done.facts, follower.events)
    assert done.unanswered["connections"] >= KILLS
    async with Connection(server.port) as line:
        tasks = await audit.all_tasks(line)
        audit.check_told(tasks, follower.events)
        await audit.check_summary(line, tasks)
    created = [event["changes"]["title"][1] for event in follower.events if event["type"] == "created"]
    assert len(set(created)) == len(created)
