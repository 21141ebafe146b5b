"""Several processes on one file: no task twice, none lost, nobody told that the file is locked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from task_assistant.stores.sql import SqliteStore
from tests.factories import agent_task
from tests.stores.conformance.telling import put, whole_feed
from tests.stores.sql_only.recomputing import differences

TASKS = 300


def worker(path: Path, name: str, *, wait: bool = True) -> subprocess.Popen[str]:
    """A process that waits for a line to begin; `wait` until it has opened the file."""
    command = [sys.executable, "-m", "tests.stores.sql_only.worker", str(path), name]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert not wait or process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def taken_by_two_at_once(path: Path) -> list[list[int]]:
    workers = [worker(path, name) for name in ("alpha", "beta")]
    for process in workers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in workers]
    assert [stderr for _, stderr in answers] == ["", ""]
    return [json.loads(stdout) for stdout, _ in answers]


async def test_two_processes_share_a_file_and_never_a_task(store: SqliteStore, path: Path) -> None:
    there = await put(store, *(agent_task(f"Task {n}", priority=1 + n % 5) for n in range(TASKS)))
    stamp = await store.stamp()
    one, two = taken_by_two_at_once(path)
    assert sorted([*one, *two]) == [each.id for each in there]
    assert min(len(one), len(two)) > TASKS // 10, "one of them did nearly everything, so this proves little"
    assert await store.changed(stamp, 10) != stamp
    seqs = [each.seq for each in await whole_feed(store)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= 2 * TASKS
    assert differences(path) == []


async def test_processes_that_start_at_once_on_a_missing_file_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tasks.db"
    starting = [worker(path, f"w{n}", wait=False) for n in range(4)]
    answers = [process.communicate("go\n", timeout=60) for process in starting]
    assert [(stdout, stderr) for stdout, stderr in answers] == [("ready\n[]\n", "")] * 4
    assert differences(path) == []
