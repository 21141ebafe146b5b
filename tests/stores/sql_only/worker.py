"""One process among several on a file: claims tasks until none is left, adding one of its own now and then."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from task_assistant.ports.queries import Wanted
from task_assistant.stores.sql import SqliteStore
from tests.factories import NOW, changes, event, insert, task
from tests.stores.conformance.telling import taking


async def work(path: Path, name: str, clients: int) -> list[int]:
    store = SqliteStore(path)
    await store.open()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    taken: list[int] = []

    async def claim(agent: str) -> None:
        def take(offered):  # type: ignore[no-untyped-def]
            asked = taking(agent)(offered)
            told = event(id=f"{agent}-{offered.id}-{offered.number('claim')}", task_id=offered.id)
            (write,) = asked.writes
            return changes(type(write)(write.task, write.expected, (told,)))

        while answer := await store.claim_next(Wanted(NOW, agent), take):
            taken.append(answer.tasks[0].id)
            if len(taken) % 10 == 0:
                told = event(id=f"new-{agent}-{len(taken)}")
                await store.commit(changes(insert(task(f"Added by {agent}"), events=(told,))))

    await asyncio.gather(*(claim(f"{name}-{n}") for n in range(clients)))
    await store.close()
    return taken


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(Path(sys.argv[1]), sys.argv[2], 4))))  # noqa: T201  # its answer
