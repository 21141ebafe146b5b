"""`pta serve` as a process, as a platform runs it: on PORT, JSON in its log, and an end that loses nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

KEY = "an-owner-key-of-this-test"
METRICS = "a-metrics-key-of-this-test"
PATIENCE = 60  # seconds; a busy machine is slow, not wrong (Cloud Run gives 10)


@contextmanager
def serving(data: Path, **more: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server of its own process, ready to answer, and a client with the owner's key."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        "PATH": os.environ["PATH"], "PTA_DATA_DIR": str(data), "TASK_TRACKER_API_KEY": KEY, "PORT": str(port), **more,
    }  # fmt: skip
    command = (str(Path(sys.executable).with_name("pta")), "serve")
    process = subprocess.Popen(command, cwd=data, env=environ, stdout=subprocess.PIPE, text=True)
    transport = httpx.HTTPTransport(retries=60)
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        with httpx.Client(
            transport=transport, base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60
        ) as client:
            client.get("/readyz").raise_for_status()
            yield process, client
    finally:
        process.kill()
        process.communicate()


def open_requests(client: httpx.Client) -> int:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS}"})
    found = re.search(r"^pta_http_requests_open (\d+)", answer.text, re.M)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_in_time_with_streams_and_waiting_claims_open(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path, METRICS_KEY=METRICS) as (process, client):
        waiting: list[int] = []

        def wait_for_work() -> None:
            answer = client.post("/api/agent/claim", json={"wait_seconds": 50})
            waiting.append(answer.status_code)

        claimer = threading.Thread(target=wait_for_work)
        with client.stream("GET", "/api/events/stream") as stream:
            assert stream.status_code == 200
            claimer.start()
            while open_requests(client) < 3:  # the stream, the claim, and this question
                pass
            client.post("/api/tasks", json={"title": "Written just before"}).raise_for_status()
            process.send_signal(number)
            process.wait(PATIENCE)
        claimer.join()
    assert process.returncode in (0, -number)
    assert waiting == [404]
    with serving(tmp_path) as (_, again):
        (kept,) = again.get("/api/tasks").json()
        assert (kept["title"], kept["claim"]) == ("Written just before", None)


def test_in_json_every_line_of_the_log_is_an_object_and_none_has_a_secret(tmp_path: Path) -> None:
    with serving(tmp_path, LOG_FORMAT="json") as (process, client):
        client.get("/sign-in/a-secret-link", headers={"X-Request-ID": "id-of-this-test"})
        process.send_signal(signal.SIGTERM)
        log, _ = process.communicate(timeout=PATIENCE)
    lines = [json.loads(line) for line in log.splitlines()]
    asked = [line for line in lines if "/sign-in/" in line["message"]]
    assert asked
    assert [line["request_id"] for line in asked] == ["id-of-this-test"]
    assert "a-secret-link" not in log
    assert KEY not in log


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"TASK_STORE": "firestore"}, "GOOGLE_CLOUD_PROJECT"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nowhere"}, "nowhere on 127.0.0.1"),
        ({"PUBLIC_BASE_URL": "http://tasks.example.org"}, "PUBLIC_BASE_URL"),
    ],
)
def test_what_cannot_start_ends_with_a_sentence_and_no_stack_trace(
    tmp_path: Path, settings: dict[str, str], sentence: str
) -> None:
    environ = {"PATH": os.environ["PATH"], "PTA_DATA_DIR": str(tmp_path), **settings}
    command = (str(Path(sys.executable).with_name("pta")), "serve")
    ended = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert sentence in said
    assert "Traceback" not in said
