"""/metrics: behind its own key, by route, with what is on the board, and nothing that names a task or a key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.settings import load_settings

OWNER, METRICS = "an-owner-key-of-this-test", "a-metrics-key-of-this-test"
Numbers = dict[tuple[str, ...], float]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    environ = {
        "TASK_STORE": "memory", "TASK_TRACKER_API_KEY": OWNER, "METRICS_KEY": METRICS, "PTA_DATA_DIR": str(tmp_path),
    }  # fmt: skip
    app = create_app(load_settings(environ, env_file=None))
    headers = {"Authorization": f"Bearer {OWNER}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost:8000", headers=headers
    ) as client:
        yield client


async def numbers(client: httpx.AsyncClient) -> Numbers:
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {METRICS}"})
    assert answer.status_code == 200, answer.text
    samples = [s for family in text_string_to_metric_families(answer.text) for s in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


@pytest.mark.parametrize("key", [None, OWNER, "wrong", METRICS + "x"])
async def test_only_its_own_key_opens_it(client: httpx.AsyncClient, key: str | None) -> None:
    client.headers.pop("Authorization")
    answer = await client.get("/metrics", headers={"Authorization": f"Bearer {key}"} if key else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_its_key_opens_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/tasks", headers={"Authorization": f"Bearer {METRICS}"})
    assert answer.status_code == 401


async def test_requests_are_counted_by_route_and_never_by_address(client: httpx.AsyncClient) -> None:
    for address in ("/api/tasks/41", "/api/tasks/42", "/api/agent/queue", "/no/such/page-7"):
        await client.get(address)
    await client.request("BREW", "/healthz")
    found = await numbers(client)
    assert found["pta_http_requests_total", "GET", "/api/tasks/{task_id:number}", "404"] == 2
    assert found["pta_http_requests_total", "GET", "/api/agent/queue", "200"] == 1
    assert not any("page-7" in part or "41" in part or part == "BREW" for name in found for part in name)


async def test_the_board_is_counted_by_lane(client: httpx.AsyncClient) -> None:
    for fields in ({"assignee": "codex"}, {"assignee": "codex"}, {"assignee": "me", "private": True}):
        await client.post("/api/tasks", json={"title": "A secret plan", **fields})
    found = await numbers(client)
    assert (found["pta_tasks", "agent"], found["pta_tasks", "human"]) == (2, 1)
    assert found["pta_events_seq",] >= 3
    assert not any("secret" in part for name in found for part in name)


async def test_without_a_key_there_is_no_such_page(tmp_path: Path) -> None:
    environ = {"TASK_STORE": "memory", "PTA_DATA_DIR": str(tmp_path)}
    transport = httpx.ASGITransport(create_app(load_settings(environ, env_file=None)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        assert (await client.get("/metrics")).status_code == 404
