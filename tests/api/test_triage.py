"""Triage over HTTP: an agent with the right reads captures and proposes; answers carry the assessment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from task_assistant.domain.task import Assessment, Task
from tests.api.server import Client, Server

WHY = [{"signal": "writing", "evidence": "Draft", "points": 1.4}]
PROPOSED: dict[str, Any] = {"suggested_assignee": "codex", "agent_probability": 0.83, "reasons": WHY}


@pytest.fixture
async def sorter(server: Server) -> Client:
    return await server.client_of("agent", "sorter", may_triage=True)


async def test_captures_are_read_with_their_assessments_and_private_ones_are_not(
    person: Client, sorter: Client
) -> None:
    await person.create("Draft the release notes")
    await person.create("Call mum", private=True)
    await person.create("Mine", assignee="me")
    (found,) = await sorter.get("/api/agent/triage")
    assert found["assessment"]["assessed_by"] == "builtin"
    assert found["assessment"]["reasons"]
    assert len(await person.get("/api/agent/triage")) == 2


async def test_a_proposal_is_told_with_the_task_and_accepted_by_the_person(
    person: Client, sorter: Client
) -> None:
    task = await person.create("Draft the release notes")
    body = {**PROPOSED, "next_action": "Read the changelog", "missing": ["decision"], "review": "optional"}
    told = await sorter.post(f"/api/agent/triage/{task['id']}", body)
    assert told["assessment"]["assessed_by"] == "agent:sorter"
    assert told["assessment"]["reasons"] == WHY
    assert told["lane"] == "triage"
    await sorter.post(f"/api/tasks/{task['id']}/accept-assessment", expect=403)
    accepted = await person.post(f"/api/tasks/{task['id']}/accept-assessment")
    assert (accepted["assignee"], accepted["review"]) == ("codex", "required")


async def test_pages_go_on_by_cursor_and_an_unchanged_read_is_304(person: Client, sorter: Client) -> None:
    for n in range(3):
        await person.create(f"Draft {n}")
    first = await sorter.ask("GET", "/api/agent/triage?limit=2", expect=200)
    assert [task["title"] for task in first.json()] == ["Draft 0", "Draft 1"]
    assert 'rel="next"' in first.headers["link"]
    again = await sorter.ask(
        "GET", "/api/agent/triage?limit=2", headers={"If-None-Match": first.headers["etag"]}, expect=304
    )
    assert again.content == b""


@pytest.mark.parametrize(
    ("preferred", "judged"),
    [
        ({}, 100),
        ({"Prefer": "wait=5"}, 130),
        ({"Prefer": "return=representation, Wait = 5"}, 130),
        ({"Prefer": "wait=0"}, 100),
        ({"Prefer": "wait=soon"}, 100),
    ],
)
async def test_who_prefers_to_wait_gets_a_large_batch_with_every_assessment(
    server: Server, preferred: dict[str, str], judged: int
) -> None:
    judge, mail = server.services.desk.assessor.judge, await server.client_of("adapter", "mail")

    def slow(task: Task, now: datetime) -> Assessment:
        server.clock.advance(seconds=0.01)
        return judge(task, now)

    server.services.desk.assessor.judge = slow  # type: ignore[method-assign]  # the only thing that is made slow
    body = {"origin": "email", "tasks": [{"title": f"Call number {n}"} for n in range(130)]}
    answer = await mail.ask("POST", "/api/ingest/context", body, headers=preferred, expect=200)
    assert sum(task["assessment"] is not None for task in answer.json()["created"]) == judged


async def test_without_the_right_it_is_403_before_anything_else(server: Server, alpha: Client) -> None:
    told = await alpha.post("/api/agent/triage/999999", {"nonsense": 1}, expect=403)
    assert "may_triage" in told["detail"]
    await alpha.get("/api/agent/triage", expect=403)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"reasons": []}, "reasons"),
        ({"suggested_assignee": None}, "question"),
        ({"suggested_assignee": "bob"}, "suggested_assignee"),
        ({"agent_probability": 1.2}, "agent_probability"),
        ({"missing": ["money"]}, "missing"),
        ({"assessed_by": "human"}, "assessed_by"),
        ({"reasons": [{"signal": "x", "evidence": ""}]}, "evidence"),
    ],
)
async def test_what_is_no_assessment_is_422_by_name(
    person: Client, sorter: Client, wrong: dict[str, Any], names: str
) -> None:
    task = await person.create("Draft the release notes")
    told = await sorter.post(f"/api/agent/triage/{task['id']}", {**PROPOSED, **wrong}, expect=422)
    assert names in str(told["errors"])


async def test_answers_of_create_and_ingest_carry_the_assessment(person: Client) -> None:
    made = await person.create("Draft the release notes")
    assert made["assessment"]["reasons"][0]["evidence"]
    batch = {"origin": "email", "tasks": [{"title": "Could you send me the figures by Friday?"}]}
    told = await person.post("/api/ingest/context", batch)
    assert told["created"][0]["assessment"]["assessed_by"] == "builtin"
