"""The real server in a process of its own: started, awaited, looked at, stopped, killed. Also used by `tests/soak`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
OWNER_KEY = "owner-key-of-a-server-that-lives-for-minutes"
START_SECONDS = 60.0
# As the set-up wizard starts it: one worker, no access log.
COMMAND = (sys.executable, "-m", "uvicorn", "--host", HOST, "--no-proxy-headers", "--no-access-log")
STOP_QUICKLY = ("--timeout-graceful-shutdown", "3", "--log-level", "warning")


class DidNotStart(Exception):
    """The server ended, or was not ready in time; the message carries what it said."""


@dataclass
class ServerProcess:
    """One server on the database `directory`/tasks.db. Several may share a directory, each with a `name` of its own."""

    directory: Path
    app: str = "app.main:app"
    name: str = "server"
    settings: dict[str, str] = field(default_factory=dict)
    port: int = 0
    ready_seconds: float = 0.0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.directory / "tasks.db"

    @property
    def log(self) -> Path:
        """What all runs of this server have said."""
        return self.directory / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> ServerProcess:
        """Starts it and returns once it says that it is ready. Raises DidNotStart."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.port = self.port or free_port()
        began = time.perf_counter()
        command = (*COMMAND, self.app, "--app-dir", str(ROOT), "--port", str(self.port), *STOP_QUICKLY)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.directory, env=self._environ(), stdout=log, stderr=subprocess.STDOUT
            )
        self._await_ready(began + START_SECONDS)
        self.ready_seconds = time.perf_counter() - began
        return self

    def _environ(self) -> dict[str, str]:
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ
        }
        own = {
            "PTA_DATA_DIR": str(self.directory),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "TASK_TRACKER_API_KEY": OWNER_KEY,
            "PORT": str(self.port),
        }
        return {**kept, **own, **self.settings}

    def _await_ready(self, deadline: float) -> None:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while True:
            try:
                with direct.open(f"http://{HOST}:{self.port}/readyz", timeout=5):
                    return
            except (urllib.error.URLError, OSError) as problem:
                self._give_up(problem, deadline)
            time.sleep(0.005)

    def _give_up(self, problem: Exception, deadline: float) -> None:
        assert self._process is not None
        ended = self._process.poll()
        if ended is None and time.perf_counter() < deadline:
            return
        self.kill()
        said = self.log.read_text(errors="replace")[-3000:]
        raise DidNotStart(f"{self.app}: exit code {ended}, last answer {problem}\n{said}")

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory now and at its highest, in MB (Linux; zeros elsewhere)."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return 0.0, 0.0
        found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB", status.read_text(), re.MULTILINE))
        return int(found["VmRSS"]) / 1024, int(found["VmHWM"]) / 1024

    def cpu_seconds(self) -> float:
        """What the process has used so far (Linux; zero elsewhere)."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return 0.0
        used = stat.read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as Ctrl-C or an init system would."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
