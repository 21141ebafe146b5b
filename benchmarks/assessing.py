"""What judging costs where tasks arrive: ingest of 500 with the assessor, against the same server without."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx2

from benchmarks.rows import Row
from benchmarks.server import OWNER_KEY
from task_assistant.bootstrap.app import create_app
from task_assistant.bootstrap.clock import SystemClock, SystemSecrets
from task_assistant.bootstrap.settings import load_settings
from task_assistant.domain.task import Task
from task_assistant.services.assessor import Assessor
from task_assistant.services.desk import Desk
from task_assistant.services.house import Services
from task_assistant.stores.sql import SqliteStore

TASKS, BAR = 500, 1.3
TITLES = (
    "Call the dentist about appointment {n}", "Find out why sync test {n} fails on Windows", "Buy milk and {n} eggs",
    "Could you please send me the revised figures for Q{n} by Friday?", "Dentist {n}",
    "Compare {n} backup services and summarize their prices", "Let me know if you can join the call at {n}.",
    "Draft a reply to the landlord about invoice {n}", "Pick up parcel {n} at the post office",
    "I attached version {n} of the contract; please review section 4 before we sign it next week.",
)  # fmt: skip


class NoAssessor(Assessor):
    """Judges nothing."""

    def assessed(
        self,
        before: Task | None,  # noqa: ARG002  # as the assessor is called
        task: Task,
        now: datetime,  # noqa: ARG002
        *,
        later: bool = False,  # noqa: ARG002
    ) -> Task:
        """The task as it is."""
        return task


async def rows(blocks: int) -> Sequence[Row]:
    """The ratio over pairs of batches, taken in turn, each on a board of its own that grows alike."""
    with tempfile.TemporaryDirectory(prefix="task-assistant-assessing-") as place:
        judging = await _opened(Path(place) / "judging.db", Assessor())
        plain = await _opened(Path(place) / "plain.db", NoAssessor())
        pairs = [(await _batch(judging, n), await _batch(plain, n)) for n in range(blocks + 1)][1:]
        for client, services in (judging, plain):
            await client.aclose()
            await services.desk.store.close()
    own, other = (median(times) for times in zip(*pairs, strict=True))
    name = f"ingest of {TASKS} with assessing against without"
    return [Row("Assessing", name, median(a / b for a, b in pairs), "×", own, other, bar=BAR)]


async def _opened(path: Path, assessor: Assessor) -> tuple[httpx2.AsyncClient, Services]:
    store = SqliteStore(path)
    await store.open()
    services = Services(Desk(store, SystemClock(), SystemSecrets("s" * 40), assessor=assessor))
    given = {"TASK_STORE": "memory", "TASK_TRACKER_API_KEY": OWNER_KEY, "SESSION_SECRET_KEY": "s" * 40}
    app: Any = create_app(load_settings(given, env_file=None), services=services)
    headers = {"Authorization": f"Bearer {OWNER_KEY}"}
    transport = httpx2.ASGITransport(app)
    return httpx2.AsyncClient(
        transport=transport, base_url="http://localhost:8000", headers=headers
    ), services


async def _batch(there: tuple[httpx2.AsyncClient, Services], batch: int) -> float:
    tasks = [
        {
            "title": TITLES[n % len(TITLES)].format(n=n),
            "external_id": f"{batch}-{n}",
            "description": "As discussed.",
        }
        for n in range(TASKS)
    ]
    body = {
        "origin": "email",
        "source_name": "A thread",
        "source_context": "As agreed on Monday.",
        "tasks": tasks,
    }
    began = perf_counter()
    answer = await there[0].post("/api/ingest/context", json=body, timeout=60)
    answer.raise_for_status()
    return (perf_counter() - began) * 1000
