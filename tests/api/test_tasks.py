"""Tasks over HTTP: what is created, shown, changed, deleted and erased."""

from __future__ import annotations

import pytest

from task_assistant.stores.memory import MemoryStore
from task_assistant.wire import answers
from tests.api.server import Client, Server


async def test_a_title_is_enough(person: Client) -> None:
    response = await person.ask("POST", "/api/tasks", {"title": "  Buy milk "}, expect=201)
    assert response.headers["location"] == "/api/tasks/1"
    made = response.json()
    assessed = made.pop("assessment")
    assert assessed["suggested_assignee"] == "codex"
    assert assessed["assessed_by"] == "builtin"
    assert "Buy" in [reason["evidence"] for reason in assessed["reasons"]]
    assert made == {
        "id": 1, "title": "Buy milk", "description": None, "status": "backlog", "assignee": "unassigned", "agent": None,
        "lane": "triage", "origin": "manual", "priority": 3, "due_at": "2026-05-14T09:00:00Z", "due_is_estimated": True,
        "reminder_at": None, "reminder_last_sent_at": None, "source_name": None, "source_url": None,
        "source_context": None, "source_state": None, "external_id": None, "labels": [], "depends_on": [],
        "deferred_until": None, "recurrence": None, "review": "required", "private": False, "claimable": False,
            "claim": None,
        "question": None, "result": None, "proposal": None, "version": 1,
        "created_at": "2026-05-07T09:00:00Z", "updated_at": "2026-05-07T09:00:00Z", "completed_at": None,
    }  # fmt: skip


async def test_everything_that_was_sent_comes_back(person: Client) -> None:
    first = await person.create()
    sent = {
        "title": "Send Alice revised numbers", "description": "All of them", "status": "backlog", "assignee": "codex",
        "agent": "alpha", "origin": "email", "priority": 2, "due_at": "2026-05-09T10:00:00+02:00",
        "reminder_at": "2026-05-07T09:00:00.123456", "source_name": "Gmail", "source_url": "https://mail.google.com/...",
        "source_context": "Alice asked.", "source_state": "open", "external_id": "m-1",
        "labels": ["work", "work", " a "],
        "depends_on": [first["id"]], "deferred_until": "2027-01-01T00:00:00Z", "review": "optional", "private": True,
    }  # fmt: skip
    made = await person.post("/api/tasks", sent, expect=201)
    expected = {
        **sent,
        "due_at": "2026-05-09T08:00:00Z",
        "reminder_at": "2026-05-07T09:00:00.123456Z",
        "labels": ["work", "a"],
    }
    assert {name: made[name] for name in sent} == expected
    assert (made["due_is_estimated"], made["lane"]) == (False, "waiting")
    assert await person.get(f"/api/tasks/{made['id']}") == made


async def test_null_empties_what_may_be_empty(person: Client) -> None:
    task = await person.create(
        description="x", due_at="2026-05-09T08:00:00Z", source_url="https://example.org"
    )
    fields = {"description": None, "due_at": None, "source_url": None}
    changed = await person.patch(task["id"], fields)
    assert (changed["description"], changed["source_url"]) == (None, None)
    assert (changed["due_is_estimated"], changed["due_at"]) == (True, "2026-05-14T09:00:00Z")


async def test_an_absent_field_is_left_alone(person: Client) -> None:
    task = await person.create(description="x")
    changed = await person.patch(task["id"], {"priority": 1})
    assert changed["description"] == "x"
    assert await person.patch(task["id"], {}) == changed


@pytest.mark.parametrize(("far", "shown"), [
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),
    ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
    ("1969-07-20t20:17:40.5z", "1969-07-20T20:17:40.500000Z"),
])  # fmt: skip
async def test_times_survive_to_the_microsecond_in_every_year(person: Client, far: str, shown: str) -> None:
    task = await person.create(due_at=far, reminder_at=far)
    assert (task["due_at"], task["reminder_at"]) == (shown, shown)
    assert (await person.get("/api/tasks"))[0]["due_at"] == shown
    assert (await person.get("/api/agent/queue"))["tasks"][0]["due_at"] == shown


async def test_a_known_external_id_names_its_task(person: Client) -> None:
    task = await person.create(external_id="m-1")
    for path in ("/api/tasks", "/api/agent/tasks"):
        told = await person.post(path, {"title": "Again", "external_id": "m-1"}, expect=409)
        assert (told["code"], told["task_id"]) == ("external_id_taken", task["id"])


async def test_closed_tasks_are_hidden_unless_asked_for(person: Client) -> None:
    task = await person.create()
    await person.post(f"/api/tasks/{task['id']}/done")
    assert await person.get("/api/tasks") == []
    assert len(await person.get("/api/tasks?include_done=true")) == 1
    assert len(await person.get("/api/tasks?status=done&status=cancelled")) == 1
    assert await person.get("/api/tasks?status=cancelled") == []


async def test_lists_filter_by_everything_that_the_contract_names(person: Client) -> None:
    mine = await person.create("Buy milk", assignee="me", labels=["home"], origin="email")
    agents = await person.create("Draft notes", assignee="codex", due_at="2026-05-06T09:00:00Z")
    found = {
        query: [task["id"] for task in await person.get(f"/api/tasks?{query}")]
        for query in ("assignee=me", "lane=agent", "lane=human&lane=agent&sort=created", "due=overdue", "due=soon",
                      "origin=email", "label=home", "label=HOME", "q=milk", "q=MILK buy", "q=mil", "q=")
    }  # fmt: skip
    assert found == {
        "assignee=me": [mine["id"]], "lane=agent": [agents["id"]],
        "lane=human&lane=agent&sort=created": [agents["id"], mine["id"]], "due=overdue": [agents["id"]], "due=soon": [],
        "origin=email": [mine["id"]], "label=home": [mine["id"]], "label=HOME": [], "q=milk": [mine["id"]],
        "q=MILK buy": [mine["id"]], "q=mil": [], "q=": [agents["id"], mine["id"]],
    }  # fmt: skip


async def test_the_queue_explains_its_order(person: Client) -> None:
    await person.create("Later", priority=4)
    await person.create("First", priority=1)
    queue = await person.get("/api/agent/queue?assignee=unassigned&sort=smart&limit=25")
    answers.Queue.model_validate(queue, extra="forbid")
    assert [task["title"] for task in queue["tasks"]] == ["First", "Later"]
    rank = queue["tasks"][0]["rank"]
    assert rank["position"] == 1
    assert rank["score"] == sum(reason["points"] for reason in rank["reasons"])
    assert rank["reasons"][0] == {"factor": "priority", "points": 100, "why": "Priority 1"}


async def test_the_summary_counts_the_whole_board_whatever_the_filter(person: Client, alpha: Client) -> None:
    for assignee in ("me", "codex", "codex", "unassigned"):
        await person.create(assignee=assignee)
    await alpha.post("/api/agent/claim")
    expected = {
        "active": 4, "overdue": 0, "due_soon": 0, "codex_ready": 1, "human_input": 1, "review": 0, "blocked": 0,
        "unassigned": 1, "working": 1, "waiting": 0,
    }  # fmt: skip
    assert (await person.get("/api/agent/queue?assignee=me&limit=1"))["summary"] == expected
    assert await person.get("/api/agent/queue/summary") == expected


async def test_a_deleted_task_is_gone_and_can_be_undone(person: Client) -> None:
    task = await person.create()
    path = f"/api/tasks/{task['id']}"
    assert (await person.ask("DELETE", path, expect=204)).content == b""
    await person.get(path, expect=404)
    events = await person.get(f"{path}/events")
    restored = await person.post(f"/api/events/{events[-1]['id']}/undo")
    assert restored["title"] == task["title"]


async def test_a_purged_task_leaves_numbers_only(person: Client) -> None:
    task = await person.create("Delicate matter")
    path = f"/api/tasks/{task['id']}"
    await person.ask("DELETE", f"{path}?purge=true", expect=204)
    await person.get(path, expect=404)
    assert "Delicate" not in (await person.ask("GET", f"{path}/events")).text
    assert "Delicate" not in (await person.ask("GET", "/api/events")).text


async def test_comments_are_kept_and_reach_who_holds_the_task(person: Client, alpha: Client) -> None:
    task = await person.create(assignee="codex")
    token = (await alpha.post("/api/agent/claim"))["claim_token"]
    path = f"/api/tasks/{task['id']}/comments"
    made = await person.post(path, {"text": "Use Q2."}, expect=201)
    assert made == {"id": 1, "text": "Use Q2.", "by": "human", "at": "2026-05-07T09:00:00Z"}
    assert await alpha.get(path) == [made]
    pulse = await alpha.post(f"/api/agent/tasks/{task['id']}/heartbeat", {"claim_token": token})
    assert pulse["messages"] == [{"id": 1, "text": "Use Q2.", "at": "2026-05-07T09:00:00Z"}]


async def test_an_edit_reaches_who_holds_the_task_by_the_names_of_the_contract(
    person: Client, alpha: Client
) -> None:
    task = await person.create(assignee="codex")
    token = (await alpha.post("/api/agent/claim"))["claim_token"]
    await person.patch(task["id"], {"due_at": "2026-06-01T00:00:00Z", "priority": 1})
    pulse = await alpha.post(f"/api/agent/tasks/{task['id']}/heartbeat", {"claim_token": token})
    answers.Pulse.model_validate(pulse, extra="forbid")
    assert set(pulse["changed"]) == {"due_at", "priority"}


async def test_the_text_of_an_artifact_is_never_run_by_a_browser(person: Client, alpha: Client) -> None:
    task = await person.create(assignee="codex")
    token = (await alpha.post("/api/agent/claim"))["claim_token"]
    page = {"name": "page.html", "type": "text/html", "text": "<script>alert('ü')</script>"}
    said = {"claim_token": token, "summary": "Done.", "artifacts": [page]}
    result = (await alpha.post(f"/api/agent/tasks/{task['id']}/submit", said))["result"]
    assert result["artifacts"] == [{"n": 1, "name": "page.html", "type": "text/html", "size": 28}]
    response = await person.ask("GET", f"/api/tasks/{task['id']}/artifacts/1", expect=200)
    assert response.text == page["text"]
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["x-content-type-options"] == "nosniff"
    await person.get(f"/api/tasks/{task['id']}/artifacts/2", expect=404)


async def test_bulk_tells_for_each_task_what_became_of_it(person: Client) -> None:
    one, two = await person.create(), await person.create()
    await person.post(f"/api/tasks/{two['id']}/done")
    body = {"ids": [one["id"], two["id"], 99, one["id"]], "verb": "assign", "body": {"assignee": "codex"}}
    told = (await person.post("/api/tasks/bulk", body))["results"]
    assert [(r["id"], r["ok"]) for r in told] == [(one["id"], True), (two["id"], False), (99, False)]
    assert told[0]["task"]["assignee"] == "codex"
    assert [r["problem"]["code"] for r in told[1:]] == ["illegal_move", "task_not_found"]


async def test_bulk_changes_as_patch_does(person: Client) -> None:
    ids = [(await person.create())["id"] for _ in range(3)]
    told = await person.post("/api/tasks/bulk", {"ids": ids, "change": {"priority": 1, "due_at": None}})
    assert [r["task"]["priority"] for r in told["results"]] == [1, 1, 1]


@pytest.mark.parametrize(("body", "field"), [
    ({"ids": []}, "ids"), ({"ids": [1]}, "body"), ({"ids": [1], "change": {}, "verb": "done"}, "body"),
    ({"ids": [1], "verb": "explode"}, "verb"), ({"ids": [1], "verb": "assign", "body": {}}, "body.assignee"),
    ({"ids": [1], "verb": "assign"}, "body.assignee"), ({"ids": [1], "verb": "done", "body": {"x": 1}}, "body.x"),
    ({"ids": [1], "change": {"titel": "x"}}, "change.titel"), ({"ids": [1], "change": None}, "change"),
    ({"ids": list(range(1, 502)), "verb": "done"}, "ids"), ({"ids": [1], "change": {}, "body": {}}, "body"),
])  # fmt: skip
async def test_a_bad_bulk_names_what_is_wrong(person: Client, body: object, field: str) -> None:
    told = await person.post("/api/tasks/bulk", body, expect=422)
    assert told["errors"][0]["field"] == field


async def test_private_tasks_are_for_the_person_alone(server: Server, person: Client, alpha: Client) -> None:
    task = await person.create("Secret", private=True, assignee="codex")
    wall = await server.client_of("reader", "wall")
    for other in (alpha, wall):
        await other.get(f"/api/tasks/{task['id']}", expect=404)
        assert await other.get("/api/tasks?q=secret") == []
        assert (await other.get("/api/agent/queue"))["summary"]["active"] == 0
        assert "Secret" not in (await other.ask("GET", "/api/events")).text
    await alpha.post("/api/agent/claim", expect=404)


async def test_a_search_says_how_far_it_has_looked_where_that_is_not_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MemoryStore, "search_depth", 2_000)
    http = Server().client().http
    assert (await http.get("/api/tasks?q=report")).headers["search-depth"] == "2000"
    assert "search-depth" not in (await http.get("/api/tasks")).headers
