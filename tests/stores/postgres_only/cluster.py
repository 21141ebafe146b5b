"""A real PostgreSQL server, started once a test process, and databases of it that are emptied and used again."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.checks.postgres import find_postgres
from task_assistant.stores.sql.postgres import opening

USUAL = ("-c", "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=64MB")  # sockets only
QUICK = ("-F", "-c", "full_page_writes=off")  # nothing waits for the disk: no test cuts the power
PATIENCE = 60.0
TEMPLATE = "template_of_tests"


@dataclass
class Cluster:
    """One server. `url` names a database of it."""

    programs: Path
    place: Path
    free: list[str] = field(default_factory=list)
    made: int = 0
    quick: bool = True
    _server: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.place}"

    def start(self) -> None:
        """Returns once it answers; one that was killed needs until the last of its workers has noticed."""
        until = time.monotonic() + PATIENCE
        while not self._started(until):
            assert time.monotonic() < until, (self.place / "log").read_text()[-2000:]

    def _started(self, until: float) -> bool:
        command = [
            str(self.programs / "postgres"),
            "-D",
            str(self.place / "data"),
            "-k",
            str(self.place),
            *USUAL,
            *(QUICK if self.quick else ()),
        ]
        with (self.place / "log").open("ab") as log:
            self._server = subprocess.Popen(command, cwd=self.place, stdout=log, stderr=log, **_user())
        while self._server.poll() is None and time.monotonic() < until:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends all sessions and shuts down, SIGQUIT leaves recovery to the next start, SIGKILL is a crash."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(PATIENCE)
            self._server = None

    def make(self) -> None:
        """Makes the data directory."""
        self.place.chmod(0o777)
        (self.place / "data").mkdir()
        if os.geteuid() == 0:
            for each in (self.place, self.place / "data"):
                shutil.chown(each, "postgres", "postgres")
        self._run(
            "initdb", "-D", str(self.place / "data"), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8",
            "--no-instructions", "--locale=C.UTF-8",
        )  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments], cwd=self.place, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **_user(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def remove(self) -> None:
        """Stops it and takes its data away."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.place, ignore_errors=True)

    def execute(self, database: str, *statements: str) -> list[Any]:
        """The rows of the last one."""
        with psycopg.connect(self.url(database), autocommit=True) as raw:
            found = [raw.execute(statement.encode()) for statement in statements]
            return found[-1].fetchall() if found[-1].description else []

    def take(self) -> str:
        """The name of a migrated database without tasks."""
        if self.free:
            return self.free.pop()
        if not self.made:
            self.execute("postgres", f"CREATE DATABASE {TEMPLATE}")
            _in_a_thread_of_its_own(self.url(TEMPLATE))
        self.made += 1
        name = f"home_{self.made}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return name

    def give_back(self, database: str) -> None:
        """Empties it for the next one, or for the test to go on. Nobody may have it open."""
        self.execute(database, EMPTY)
        self.free.append(database)


EMPTY = """TRUNCATE tasks, task_labels, workers, dependencies, shelf_counts, due_counts, records, events, documents,
           document_tasks, search RESTART IDENTITY"""


def _user() -> dict[str, Any]:
    """The server refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def _in_a_thread_of_its_own(url: str) -> None:
    """Migrates; a fixture may be called while a loop runs."""
    thread = threading.Thread(target=lambda: asyncio.run(opening.ready(url)))
    thread.start()
    thread.join()


def programs() -> Path:
    """Where the server's programs are. Skips the test without them, or fails with CI=true."""
    found = find_postgres()
    if found is None:
        words = "no PostgreSQL server (on Debian: apt-get install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    return found


@lru_cache(1)
def cluster() -> Cluster:
    """The server of this process, which stays."""
    return another_cluster()


def another_cluster(*, quick: bool = True) -> Cluster:
    """A server that a test may stop. One that is not `quick` commits to the disk."""
    found = Cluster(programs(), Path(tempfile.mkdtemp(prefix="pta-pg-")), quick=quick)
    found.make()
    found.start()
    atexit.register(found.remove)
    return found
