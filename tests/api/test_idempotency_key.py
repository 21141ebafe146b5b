"""The same request with the same Idempotency-Key happens once and gets the first answer again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from task_assistant.services.answers import Answers
from tests.api.server import Client, Server

ON_EVERY_STORE = True
FILES = Path(__file__).parents[1] / "imports" / "files"

ONCE = {"Idempotency-Key": "once-1"}


async def test_a_repeated_creation_creates_once(person: Client) -> None:
    first = await person.ask("POST", "/api/tasks", {"title": "Once"}, headers=ONCE, expect=201)
    again = await person.ask("POST", "/api/tasks", {"title": "Once"}, headers=ONCE, expect=201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert "idempotency-replayed" in again.headers
    assert len(await person.get("/api/tasks")) == 1


async def test_the_first_answer_comes_again_even_after_the_task_has_changed(person: Client) -> None:
    first = await person.post("/api/tasks", {"title": "Once"}, headers=ONCE, expect=201)
    await person.patch(first["id"], {"title": "Changed since"})
    assert await person.post("/api/tasks", {"title": "Once"}, headers=ONCE, expect=201) == first


@pytest.mark.parametrize(
    ("path", "body"), [("/api/tasks", {"title": "Two"}), ("/api/agent/tasks", {"title": "One"})]
)
async def test_another_request_with_the_same_key_is_422(
    person: Client, path: str, body: dict[str, str]
) -> None:
    await person.post("/api/tasks", {"title": "One"}, headers=ONCE, expect=201)
    told = await person.post(path, body, headers=ONCE, expect=422)
    assert told["code"] == "idempotency_key_reused"
    assert [error["field"] for error in told["errors"]] == ["Idempotency-Key"]
    assert len(await person.get("/api/tasks")) == 1


async def test_each_credential_has_keys_of_its_own(person: Client, alpha: Client) -> None:
    await person.post("/api/tasks", {"title": "One"}, headers=ONCE, expect=201)
    await alpha.post("/api/tasks", {"title": "Two"}, headers=ONCE, expect=201)
    assert len(await person.get("/api/tasks")) == 2


async def test_after_a_day_the_key_is_fresh_again(server: Server, person: Client) -> None:
    await person.post("/api/tasks", {"title": "One"}, headers=ONCE, expect=201)
    server.clock.advance(hours=24, seconds=1)
    await person.post("/api/tasks", {"title": "Two"}, headers=ONCE, expect=201)


async def test_an_error_is_not_kept(person: Client) -> None:
    await person.post("/api/tasks", {"title": ""}, headers=ONCE, expect=422)
    await person.post("/api/tasks", {"title": "Now it is right"}, headers=ONCE, expect=201)


async def test_twins_at_the_same_time_happen_once(person: Client) -> None:
    answers = await asyncio.gather(
        *(person.post("/api/tasks", {"title": "Once"}, headers=ONCE, expect=201) for _ in range(8))
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert len(await person.get("/api/tasks")) == 1


async def test_a_verb_happens_once(person: Client) -> None:
    task = await person.create()
    path = f"/api/tasks/{task['id']}/comments"
    for _ in range(3):
        await person.post(path, {"text": "Hello"}, headers=ONCE, expect=201)
    assert len(await person.get(path)) == 1


async def test_a_claim_answered_again_has_the_same_token_which_no_document_holds(
    server: Server, person: Client, alpha: Client
) -> None:
    task = await person.create(assignee="codex")
    first = await alpha.post("/api/agent/claim", {"scoped_key": True}, headers=ONCE)
    again = await alpha.post("/api/agent/claim", {"scoped_key": True}, headers=ONCE)
    assert again == first
    kept = await server.store.documents("answer", server.clock.now())
    assert len(kept) == 1
    assert first["claim_token"] not in str(kept)
    assert first["claim_key"] not in str(kept)
    work = f"/api/agent/tasks/{task['id']}/submit"
    await alpha.post(work, {"claim_token": again["claim_token"], "summary": "Done."})


async def test_nothing_to_do_is_not_kept(person: Client, alpha: Client) -> None:
    await alpha.post("/api/agent/claim", headers=ONCE, expect=404)
    await person.create(assignee="codex")
    await alpha.post("/api/agent/claim", headers=ONCE, expect=200)


async def test_the_answer_to_a_new_key_is_never_kept(server: Server, person: Client) -> None:
    body = {"role": "agent", "name": "alpha"}
    await person.post("/api/keys", body, headers=ONCE, expect=201)
    await person.post("/api/keys", body, headers=ONCE, expect=409)
    assert await server.store.documents("answer", server.clock.now()) == []


async def test_a_change_whose_answer_was_lost_in_a_crash_does_not_happen_again(
    person: Client, alpha: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(Answers, "keep", crash)
        broken.setattr("task_assistant.api.once.PATIENCE", 0.0)
        await person.post("/api/tasks", {"title": "Once", "assignee": "codex"}, headers=ONCE, expect=500)
        await alpha.post("/api/agent/claim", headers=ONCE, expect=500)
        assert len(await person.get("/api/tasks")) == 1
        rebuilt = await person.ask(
            "POST", "/api/tasks", {"title": "Once", "assignee": "codex"}, headers=ONCE, expect=201
        )
        assert rebuilt.headers["location"] == f"/api/tasks/{rebuilt.json()['id']}"
        claimed = await alpha.post("/api/agent/claim", headers=ONCE)
    assert len(await person.get("/api/tasks")) == 1
    work = f"/api/agent/tasks/{claimed['id']}/submit"
    await alpha.post(work, {"claim_token": claimed["claim_token"], "summary": "Done."})


async def test_a_lost_answer_that_cannot_be_made_again_says_so(
    person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise ConnectionError("power cut")

    task = await person.create()
    monkeypatch.setattr(Answers, "keep", crash)
    monkeypatch.setattr("task_assistant.api.once.PATIENCE", 0.0)
    path = f"/api/tasks/{task['id']}/comments"
    await person.post(path, {"text": "Hello"}, headers=ONCE, expect=500)
    told = await person.post(path, {"text": "Hello"}, headers=ONCE, expect=409)
    assert (told["code"], told["tasks"]) == ("answer_lost", [task["id"]])
    assert len(await person.get(path)) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel".encode(), "two words"])
async def test_a_key_that_is_none_is_named(person: Client, key: str | bytes) -> None:
    response = await person.ask(
        "POST", "/api/tasks", {"title": "ok"}, headers=[("Idempotency-Key", key)], expect=422
    )
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_purge_forgets_kept_answers(server: Server, person: Client) -> None:
    task = await person.post("/api/tasks", {"title": "Delicate matter"}, headers=ONCE, expect=201)
    await person.ask("DELETE", f"/api/tasks/{task['id']}?purge=true", expect=204)
    assert "Delicate" not in str(await server.store.documents("answer", server.clock.now()))


async def test_a_calendar_address_is_told_again_to_the_same_request_and_no_document_holds_it(
    server: Server, person: Client
) -> None:
    first = await person.post("/api/calendar", headers=ONCE, expect=201)
    assert await person.post("/api/calendar", headers=ONCE, expect=201) == first
    kept = await server.store.documents("answer", server.clock.now())
    assert len(kept) == 1
    assert first["url"].partition("token=")[2] not in str(kept)
    await person.ask("GET", first["url"].removeprefix("http://localhost:8000"), expect=200)
    assert (await person.post("/api/calendar", expect=201))["url"] != first["url"]


async def test_an_import_with_the_same_key_and_file_gets_its_first_report_again(
    person: Client,
) -> None:
    file, path = (FILES / "todoist.csv").read_bytes(), "/api/import?update=true"
    first = await person.post(path, content=file, headers=ONCE)
    assert (first["created"], first["duplicates"]) == (6, 0)
    again = await person.ask("POST", path, content=file, headers=ONCE, expect=200)
    assert (again.json(), "idempotency-replayed" in again.headers) == (first, True)
    assert (await person.post(path, content=file))["duplicates"] == 6
    for where, content in ((path, file + b"\n"), ("/api/import", file)):
        told = await person.post(where, content=content, headers=ONCE, expect=422)
        assert told["code"] == "idempotency_key_reused"


async def test_an_import_of_many_commits_has_one_key(person: Client) -> None:
    tasks = "".join(f"Task {n}\n" for n in range(1_001)).encode()
    path = "/api/import?format=todotxt"
    first = await person.post(path, content=tasks, headers=ONCE)
    assert first["created"] == 1_001
    assert await person.post(path, content=tasks, headers=ONCE) == first


async def test_a_dump_with_the_same_key_gets_its_first_report_again(person: Client) -> None:
    content = await Server().client().http.get("/api/export")
    first = await person.post("/api/import", content=content.content, headers=ONCE)
    assert await person.post("/api/import", content=content.content, headers=ONCE) == first
