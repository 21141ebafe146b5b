"""Google's emulator, started once a test process, and a database of its own for each home."""

from __future__ import annotations

import atexit
import hashlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from functools import lru_cache
from pathlib import Path

import pytest

from scripts.checks.firestore import find_emulator

CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
PATIENCE = 60.0
_used: set[str] = set()


@lru_cache(1)
def address() -> str:
    """Where the emulator of this process listens. Skips the test without one, or fails with CI=true."""
    jar = find_emulator()
    if jar is None:
        words = "no Firestore emulator (gcloud components install cloud-firestore-emulator)"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["java", "-Xmx768m", "-cp", str(jar), CLASS, "--host", "127.0.0.1", "--port", str(port)]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    atexit.register(_stop, running)
    _wait_for(running, f"127.0.0.1:{port}")
    return f"127.0.0.1:{port}"


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.kill()
    running.wait()


def _wait_for(running: subprocess.Popen[bytes], place: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{place}/"):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    pytest.fail("the Firestore emulator does not start")


def project(place: Path) -> str:
    """The project of a home: the emulator keeps each apart."""
    os.environ["FIRESTORE_EMULATOR_HOST"] = address()
    name = f"pta-{hashlib.sha256(str(place).encode()).hexdigest()[:16]}"
    _used.add(name)
    return name


def empty() -> None:
    """Forgets all projects: every query of the emulator walks through whatever it holds, also of others."""
    while _used:
        place = f"http://{address()}/emulator/v1/projects/{_used.pop()}/databases/(default)/documents"
        with urllib.request.urlopen(urllib.request.Request(place, method="DELETE")):
            pass
