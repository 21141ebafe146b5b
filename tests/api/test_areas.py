"""Ingest, keys, reminders, sources and events over HTTP, each in the shapes of the contract."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from task_assistant.wire import answers
from tests.api.server import HERE, Client, Server

ON_EVERY_STORE = True
ENVELOPE = {
    "origin": "email",
    "source_name": "Gmail thread from Alice",
    "source_url": "https://mail.google.com/...",
    "source_context": "Alice asked for revised numbers by Friday.",
}


def batch(*tasks: Any, **more: Any) -> dict[str, Any]:
    """An envelope with these tasks."""
    return {**ENVELOPE, "tasks": list(tasks), **more}


# -- ingest ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/ingest/context", "/api/agent/ingest/context"])
async def test_the_seeds_batch_goes_in(person: Client, path: str) -> None:
    item = {
        "title": "Send Alice revised numbers",
        "assignee": "me",
        "priority": 2,
        "reminder_at": "2026-05-07T09:00:00Z",
    }
    answer = await person.post(path, batch(item))
    answers.Ingested.model_validate(answer, extra="forbid")
    [made] = answer["created"]
    assert (answer["duplicates"], answer["updated"], "rejected" in answer) == ([], [], False)
    assert {name: made[name] for name in ENVELOPE} == ENVELOPE
    assert {name: made[name] for name in item} == item


async def test_the_envelopes_origin_wins_and_a_tasks_own_source_wins(person: Client) -> None:
    answer = await person.post(
        "/api/ingest/context",
        batch({"title": "x", "origin": "slack", "source_name": "Own", "source_url": None}),
    )
    [made] = answer["created"]
    assert (made["origin"], made["source_name"], made["source_url"]) == ("email", "Own", None)
    assert made["source_context"] == ENVELOPE["source_context"]


async def test_a_batch_sent_again_creates_nothing(mail: Client) -> None:
    tasks = [{"title": f"Mail {n}", "external_id": f"m-{n}"} for n in range(3)]
    first = await mail.post("/api/ingest/context", batch(*tasks))
    again = await mail.post("/api/ingest/context", batch(*tasks))
    assert (len(first["created"]), again["created"]) == (3, [])
    assert [t["id"] for t in again["duplicates"]] == [t["id"] for t in first["created"]]


@pytest.mark.parametrize(
    "bad", [{"title": ""}, {"title": "x", "colour": 1}, {"title": "x", "depends_on": [9]}, 7, {}]
)
async def test_a_bad_task_fails_the_batch_and_its_index_is_named(person: Client, bad: Any) -> None:
    tasks = [{"title": f"Task {n}", "external_id": f"x-{n}"} for n in range(60)]
    tasks[57] = bad
    told = await person.post("/api/ingest/context", batch(*tasks), expect=422)
    assert (told["code"], told["index"]) == ("invalid_batch", 57)
    assert told["errors"][0]["field"].startswith("tasks[57]")
    assert "57" in told["detail"]
    assert await person.get("/api/tasks") == []


async def test_a_partial_batch_takes_the_good_and_names_the_bad(person: Client) -> None:
    tasks = [
        {"title": "Good"},
        {"title": ""},
        {"title": "Also good"},
        {"title": "x", "depends_on": [99]},
        "no task",
    ]
    answer = await person.post("/api/ingest/context", batch(*tasks, partial=True))
    answers.Ingested.model_validate(answer, extra="forbid")
    assert [t["title"] for t in answer["created"]] == ["Good", "Also good"]
    assert [bad["index"] for bad in answer["rejected"]] == [1, 3, 4]
    assert answer["rejected"][0]["errors"] == [{"field": "title", "message": "must not be blank"}]


async def test_known_tasks_are_updated_where_nobody_edited_them(person: Client, mail: Client) -> None:
    item = {"title": "Old title", "external_id": "m-1", "description": "Old"}
    [made] = (await mail.post("/api/ingest/context", batch(item)))["created"]
    await person.patch(made["id"], {"description": "The person's own"})
    item = {"title": "New title", "external_id": "m-1", "description": "New"}
    answer = await mail.post("/api/ingest/context", batch(item, on_duplicate="update"))
    assert [(t["title"], t["description"]) for t in answer["updated"]] == [("New title", "The person's own")]


async def test_of_a_duplicate_that_its_sender_may_not_read_only_the_ids_are_told(
    person: Client, mail: Client
) -> None:
    task = await person.create("The person's own words", external_id="m-1")
    answer = await mail.post("/api/ingest/context", batch({"title": "x", "external_id": "m-1"}))
    assert answer["duplicates"] == [{"id": task["id"], "external_id": "m-1"}]


@pytest.mark.parametrize("tasks", [[], [{"title": "x"}] * 501, None, {"title": "x"}])
async def test_a_batch_has_1_to_500_tasks(person: Client, tasks: Any) -> None:
    told = await person.post("/api/ingest/context", {**ENVELOPE, "tasks": tasks}, expect=422)
    assert told["errors"][0]["field"] == "tasks"


# -- keys --------------------------------------------------------------------------------------------------------------


async def test_a_key_is_shown_once_listed_and_revoked(server: Server, person: Client) -> None:
    limits = {"labels": ["work"], "origins": ["email"], "may_assign": True}
    response = await person.ask("POST", "/api/keys", {"role": "agent", "name": "beta", **limits}, expect=201)
    made = response.json()
    answers.MintedKey.model_validate(made, extra="forbid")
    assert response.headers["cache-control"] == "no-store"
    beta = server.client(made["key"])
    me = await beta.get("/api/me")
    answers.Me.model_validate(me, extra="forbid")
    assert {name: me[name] for name in ("name", "role", "actor", *limits)} == {
        "name": "beta",
        "role": "agent",
        "actor": "agent:beta",
        **limits,
    }
    [listed] = await person.get("/api/keys")
    answers.Key.model_validate(listed, extra="forbid")
    assert made["key"] not in str(listed)
    await person.ask("DELETE", f"/api/keys/{made['id']}", expect=204)
    await person.ask("DELETE", f"/api/keys/{made['id']}", expect=404)
    await beta.get("/api/me", expect=401)
    assert await person.get("/api/keys") == []


async def test_a_name_is_taken_once(person: Client) -> None:
    await person.post("/api/keys", {"role": "agent", "name": "beta"}, expect=201)
    assert (await person.post("/api/keys", {"role": "reader", "name": "beta"}, expect=409))[
        "code"
    ] == "name_taken"


async def test_a_pause_reaches_claims_and_heartbeats(person: Client, alpha: Client) -> None:
    task = await person.create(assignee="codex")
    token = {"claim_token": (await alpha.post("/api/agent/claim"))["claim_token"]}
    assert await person.post("/api/agents/pause", {"name": "alpha"}) == {"paused": ["alpha"]}
    pulse = await alpha.post(f"/api/agent/tasks/{task['id']}/heartbeat", token)
    assert (pulse["state"], "why" in pulse) == ("stop", True)
    assert await person.post("/api/agents/resume") == {"paused": []}
    assert (await alpha.post(f"/api/agent/tasks/{task['id']}/heartbeat", token))["state"] == "continue"


# -- reminders ---------------------------------------------------------------------------------------------------------


async def test_a_reminder_is_due_until_it_was_sent(person: Client, mail: Client) -> None:
    task = await person.create(reminder_at="2026-05-07T10:00:00Z")
    assert await person.get("/api/reminders/due") == []
    for now in ("2026-05-07T10:00:00Z", "2026-05-07T12:00:00+02:00", "2026-05-07T12:00:00%2B02:00"):
        assert [t["id"] for t in await person.get(f"/api/reminders/due?now={now}")] == [task["id"]]
    sent = await person.post(f"/api/reminders/{task['id']}/sent", {"at": "2026-05-07T10:00:00Z"})
    assert sent["reminder_last_sent_at"] == "2026-05-07T10:00:00Z"
    assert await person.post(f"/api/reminders/{task['id']}/sent", {"at": "2026-05-07T10:00:00Z"}) == sent
    assert await person.get("/api/reminders/due?now=2026-05-07T10:00:00Z") == []


# -- sources -----------------------------------------------------------------------------------------------------------


async def test_sources_are_listed_worst_first(server: Server, person: Client, mail: Client) -> None:
    report = {"source_id": "inbox", "source_name": "Inbox", "adapter_type": "email", "status": "healthy"}
    made = await mail.post("/api/agent/sources/report", {**report, "items_checked": 4})
    answers.Source.model_validate(made, extra="forbid")
    await mail.post(
        "/api/agent/sources/report", {**report, "source_id": "chat", "status": "failed", "error_code": "E1"}
    )
    assert [s["source_id"] for s in await person.get("/api/sources")] == ["chat", "inbox"]
    server.clock.advance(hours=25)
    assert all(source["stale"] for source in await person.get("/api/sources"))


@pytest.mark.parametrize(("fields", "field"), [
    ({"status": "fine"}, "status"), ({"checked_at": "2026-05-07T09:06:00Z"}, "checked_at"),
    ({"action_url": "https://user:pw@example.org"}, "action_url"), ({"action_url": "ftp://example.org"}, "action_url"),
    ({"items_checked": -1}, "items_checked"), ({"source_id": ""}, "source_id"),
])  # fmt: skip
async def test_a_bad_report_names_what_is_wrong(mail: Client, fields: dict[str, Any], field: str) -> None:
    report = {
        "source_id": "inbox",
        "source_name": "Inbox",
        "adapter_type": "email",
        "status": "healthy",
        **fields,
    }
    told = await mail.post("/api/agent/sources/report", report, expect=422)
    assert told["errors"][0]["field"] == field


async def test_what_was_decided_need_not_be_processed_again(server: Server, mail: Client) -> None:
    item = {"source_item_id": "m-1", "content_fingerprint": "abc"}
    check = {"source_id": "inbox", "items": [item]}
    fresh = await mail.post("/api/agent/ingestion/check", check)
    answers.IngestionAnswer.model_validate(fresh, extra="forbid")
    assert fresh == {
        "source_id": "inbox",
        "items": [{**item, "should_process": True, "existing_decision": None}],
    }
    decision = {
        **item,
        "source_id": "inbox",
        "decision": "ignored",
        "decided_by": "adapter",
        "reason": "newsletter",
    }
    await mail.post("/api/agent/ingestion/decisions", {**decision, "revisit_after": "2026-05-08T09:00:00Z"})
    [known] = (await mail.post("/api/agent/ingestion/check", check))["items"]
    assert (known["should_process"], known["existing_decision"]["reason"]) == (False, "newsletter")
    server.clock.advance(days=1)
    [known] = (await mail.post("/api/agent/ingestion/check", check))["items"]
    assert known["should_process"] is True


# -- events ------------------------------------------------------------------------------------------------------------


async def test_the_feed_goes_on_from_where_its_reader_was(person: Client) -> None:
    await person.create("One")
    page = await person.get("/api/events?after=0&limit=10")
    answers.EventPage.model_validate(page, extra="forbid")
    task = await person.create("Two")
    [event] = (await person.get(f"/api/events?after={page['next']}"))["events"]
    assert (event["type"], event["task_id"], event["actor"], event["via"]) == (
        "created",
        task["id"],
        "human",
        "api",
    )
    assert event["changes"]["title"] == [None, "Two"]
    assert event["request_id"]


async def test_a_reader_who_waits_is_woken_by_the_next_event(person: Client) -> None:
    waiting = asyncio.create_task(person.get("/api/events?after=0&wait=30"))
    await asyncio.sleep(0)
    await person.create("News")
    page = await asyncio.wait_for(waiting, 5)
    assert [event["type"] for event in page["events"]] == ["created"]


class Listener:
    """Follows the stream as a browser would; `httpx` cannot read an answer before it has ended."""

    def __init__(self, server: Server, key: str, path: str, **headers: str) -> None:
        path, _, query = path.partition("?")
        named = {"host": HERE.removeprefix("http://"), "authorization": f"Bearer {key}", **headers}
        self.scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": path, "query_string": query.encode(),
            "raw_path": path.encode(), "scheme": "http", "server": ("localhost", 8000), "client": ("127.0.0.1", 1),
            "root_path": "", "headers": [(n.encode(), v.encode()) for n, v in named.items()],
        }  # fmt: skip
        self.gone = asyncio.Event()
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self.running = asyncio.create_task(server.app(self.scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message.get("body"):
            self.sent.put_nowait(message["body"])

    async def next(self) -> str:
        """The next part of the stream."""
        return (await asyncio.wait_for(self.sent.get(), 10)).decode()

    async def end(self) -> None:
        """The browser goes away."""
        self.gone.set()
        await asyncio.wait_for(self.running, 10)


async def test_the_stream_tells_events_and_resumes(server: Server, person: Client) -> None:
    from tests.api.server import OWNER_KEY

    await person.create("One")
    first = Listener(server, OWNER_KEY, "/api/events/stream?after=0")
    assert (await first.next()).startswith("retry: ")
    told = await first.next()
    assert told.startswith("id: 1\nevent: created\ndata: {")
    assert told.endswith("}\n\n")
    await person.create("Two")
    assert (await first.next()).startswith("id: 2\n")
    await first.end()
    again = Listener(server, OWNER_KEY, "/api/events/stream", **{"last-event-id": "1"})
    await again.next()
    assert (await again.next()).startswith("id: 2\n")
    await again.end()


async def test_a_revoked_key_ends_its_stream(server: Server, person: Client) -> None:
    made = await person.post("/api/keys", {"role": "reader", "name": "wall"}, expect=201)
    stream = Listener(server, made["key"], "/api/events/stream")
    await stream.next()
    await person.ask("DELETE", f"/api/keys/{made['id']}", expect=204)
    await asyncio.wait_for(stream.running, 10)


async def test_a_server_that_stops_ends_its_streams(server: Server, person: Client) -> None:
    from tests.api.server import OWNER_KEY

    stream = Listener(server, OWNER_KEY, "/api/events/stream")
    await stream.next()
    server.context.stopping.set()
    await person.create("Wakes the stream")
    await asyncio.wait_for(stream.running, 10)


async def test_a_last_event_id_that_is_none_is_named(person: Client) -> None:
    told = await person.get("/api/events/stream", headers={"Last-Event-ID": "x"}, expect=422)
    assert told["errors"][0]["field"] == "Last-Event-ID"
