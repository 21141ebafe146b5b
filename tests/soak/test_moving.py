"""A whole house moves by `pta db copy` through every store and back; each copy is killed half-way and started again."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.soak.big_house import build
from tests.soak.lengths import FULL, tell
from tests.stores.firestore_only.emulator import address
from tests.stores.postgres_only.cluster import cluster
from tests.stores.sql_only.files import hurried

pytestmark = pytest.mark.soak
TASKS = 20_000 if FULL else 150
PTA = "import sys; from task_assistant.bootstrap.command_line import main; sys.exit(main())"


def copy(place: Path, origin: str, target: str) -> dict[str, Any]:
    """`pta db copy` to its end; what it said."""
    done = subprocess.run(
        command(origin, target), cwd=place, env=surroundings(place), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def killed_copy(place: Path, origin: str, target: str, lines: int) -> None:
    """`pta db copy`, at a terminal of its own, killed as soon as it says that so many lines are written."""
    terminal, end = pty.openpty()
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(
        command(origin, target), cwd=place, env=surroundings(place), stdin=quiet, stdout=quiet, stderr=end
    )
    os.close(end)
    said = ""
    while not any(int(n.replace(",", "")) >= lines for n in re.findall(r"([\d,]+) lines", said)):
        said = said[-100:] + os.read(terminal, 1_000).decode()  # raises OSError once nobody is left to write
    running.kill()
    assert running.wait() < 0
    os.close(terminal)


def command(origin: str, target: str) -> list[str]:
    return [sys.executable, "-c", PTA, "db", "copy", "--from", origin, "--to", target, "--json"]


def surroundings(place: Path) -> dict[str, str]:
    return {**os.environ, "PTA_DATA_DIR": str(place / "data"), "FIRESTORE_EMULATOR_HOST": address()}


async def test_a_house_moves_through_every_store_though_each_copy_is_killed_half_way(tmp_path: Path) -> None:
    with hurried():
        await build(tmp_path / "a.db", TASKS)
    first = f"sqlite:///{tmp_path / 'a.db'}"
    whole = copy(tmp_path, first, "a.jsonl")
    lines = sum(whole["counts"].values())
    database = cluster().take()
    stations = [
        first,
        cluster().url(database),
        f"firestore://pta-moving-{os.getpid()}/house",
        f"sqlite:///{tmp_path / 'b.db'}",
    ]
    for origin, target in pairwise(stations):
        began = time.perf_counter()
        killed_copy(tmp_path, origin, target, lines // 2)
        killed = time.perf_counter() - began
        said = copy(tmp_path, origin, target)
        seconds = time.perf_counter() - began - killed
        assert said == {**whole, "resumed": True}
        kinds = f"{origin.partition(':')[0]} → {target.partition(':')[0]}"
        tell(f"{kinds}: killed after {killed:.0f} s and {lines // 2} lines, the rest in {seconds:.0f} s")
    copy(tmp_path, stations[-1], "b.jsonl")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()
    cluster().give_back(database)
    tell(f"{whole['counts']} moved through every store, SHA-256 {whole['sha256']}")
