"""Bad input gets a clear 4xx that names the field and what is allowed, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.server import Client

HUGE = 2**64
FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "title", "must not be blank"),
    ({"title": " \t "}, "title", "must not be blank"),
    ({"title": "x" * 241}, "title", "must have at most 240 characters; it has 241"),
    ({"title": None}, "title", "must not be null"),
    ({"title": 5}, "title", "must be text"),
    ({"title": ["x"]}, "title", "must be text"),
    ({"title": "a\0b"}, "title", "must not contain the character NUL"),
    ({"title": "\ud83d"}, "title", "must be valid Unicode, without lone surrogates"),
    ({"description": "x" * 20_001}, "description", "must have at most 20,000 characters; it has 20,001"),
    (
        {"status": "finished"},
        "status",
        "must be one of backlog, in_progress, waiting_review, blocked, done, cancelled",
    ),
    ({"status": None}, "status", "must not be null"),
    ({"assignee": "alice"}, "assignee", "must be one of me, codex, unassigned"),
    ({"assignee": "ME"}, "assignee", "must be one of me, codex, unassigned"),
    ({"review": "never"}, "review", "must be one of required, optional"),
    ({"priority": 0}, "priority", "must be at least 1"),
    ({"priority": 6}, "priority", "must be at most 5"),
    ({"priority": "2"}, "priority", "must be a whole number"),
    ({"priority": 2.0}, "priority", "must be a whole number"),
    ({"priority": True}, "priority", "must be a whole number"),
    ({"priority": None}, "priority", "must not be null"),
    ({"private": 1}, "private", "must be true or false"),
    ({"private": "true"}, "private", "must be true or false"),
    ({"origin": "E-Mail"}, "origin", "must be 1 to 32 of the characters"),
    ({"origin": ""}, "origin", "must be 1 to 32 of the characters"),
    ({"origin": "x" * 33}, "origin", "must have at most 32 characters; it has 33"),
    (
        {"source_url": "javascript:alert(1)"},
        "source_url",
        "must be a link that begins with http:// or https://",
    ),
    ({"source_url": "JAVASCRIPT:alert(1)"}, "source_url", "must be a link"),
    ({"source_url": "data:text/html,x"}, "source_url", "must be a link"),
    ({"source_url": "//example.org"}, "source_url", "must be a link"),
    ({"source_url": "https://"}, "source_url", "must be a link"),
    ({"source_url": "https://user:pass@example.org"}, "source_url", "must be a link"),
    ({"source_url": "https://good.example\\@evil.example"}, "source_url", "must be a link"),
    ({"source_url": "https://example.org/a b"}, "source_url", "must be a link"),
    ({"source_url": "https://example.org/\njavascript:x"}, "source_url", "must be a link"),
    (
        {"source_url": "https://example.org/" + "x" * 2_048},
        "source_url",
        "must have at most 2,048 characters",
    ),
    ({"due_at": "tomorrow"}, "due_at", "must be a time such as 2026-05-07T09:00:00Z"),
    ({"due_at": "2026-05-07"}, "due_at", "must be a time such as"),
    ({"due_at": 1_778_144_400}, "due_at", "must be a time such as"),
    ({"due_at": "2026-02-30T09:00:00Z"}, "due_at", "is not a possible time"),
    ({"due_at": "2026-05-07T25:00:00Z"}, "due_at", "is not a possible time"),
    ({"due_at": "2026-05-07T09:00:60Z"}, "due_at", "is not a possible time"),
    ({"due_at": "0000-05-07T09:00:00Z"}, "due_at", "is not a possible time"),
    ({"due_at": "0001-01-01T00:00:00+01:00"}, "due_at", "is not a possible time"),
    ({"due_at": "9999-12-31T23:59:59-01:00"}, "due_at", "is not a possible time"),
    ({"due_at": "12026-05-07T09:00:00Z"}, "due_at", "must be a time such as"),
    ({"due_at": "٢٠٢٦-05-07T09:00:00Z"}, "due_at", "must be a time such as"),
    ({"labels": "work"}, "labels", "must be a list"),
    ({"labels": {"work": 1}}, "labels", "must be a list"),
    ({"labels": None}, "labels", "must not be null"),
    ({"labels": ["ok", " "]}, "labels[1]", "must not be blank"),
    ({"labels": ["x" * 41]}, "labels[0]", "must have at most 40 characters; it has 41"),
    ({"labels": [str(n) for n in range(21)]}, "labels", "must have at most 20 entries; it has 21"),
    ({"depends_on": [HUGE]}, "depends_on[0]", "must be at most 9,007,199,254,740,991"),
    ({"depends_on": [2**53]}, "depends_on[0]", "must be at most"),
    ({"depends_on": [0]}, "depends_on[0]", "must be at least 1"),
    ({"depends_on": ["1"]}, "depends_on[0]", "must be a whole number"),
    ({"depends_on": list(range(1, 52))}, "depends_on", "must have at most 50 entries; it has 51"),
    ({"depends_on": [999]}, "depends_on", "999"),
    ({"external_id": "x" * 201}, "external_id", "must have at most 200 characters"),
    ({"external_id": " "}, "external_id", "must not be blank"),
    ({"source_name": "x" * 161}, "source_name", "must have at most 160 characters"),
    ({"source_context": "x" * 50_001}, "source_context", "must have at most 50,000 characters"),
    ({"colour": "red"}, "colour", "is not a field here; known fields: title, description"),
    ({"id": 7}, "id", "is not a field here"),
    ({"claim": {"agent": "me"}}, "claim", "is not a field here"),
    ({"completed_at": "2026-05-07T09:00:00Z"}, "completed_at", "is not a field here"),
]


@pytest.mark.parametrize(
    ("fields", "field", "message"), FIELDS, ids=[f"{f[1]}-{n}" for n, f in enumerate(FIELDS)]
)
async def test_a_bad_field_is_named_with_what_is_allowed(
    person: Client, fields: dict[str, Any], field: str, message: str
) -> None:
    body = json.dumps({"title": "ok", **fields}).encode()
    headers = {"content-type": "application/json"}
    for method, path in (("POST", "/api/tasks"), ("POST", "/api/agent/tasks")):
        response = await person.ask(method, path, content=body, headers=headers, expect=422)
        errors = response.json()["errors"]
        assert [error["field"] for error in errors] == [field]
        assert message in errors[0]["message"]
    assert await person.get("/api/tasks") == []


@pytest.mark.parametrize(
    ("fields", "field", "message"), FIELDS, ids=[f"{f[1]}-{n}" for n, f in enumerate(FIELDS)]
)
async def test_a_patch_judges_as_a_creation_does(
    person: Client, fields: dict[str, Any], field: str, message: str
) -> None:
    task = await person.create()
    body, headers = json.dumps(fields).encode(), {"content-type": "application/json"}
    response = await person.ask(
        "PATCH", f"/api/tasks/{task['id']}", content=body, headers=headers, expect=422
    )
    assert message in response.json()["errors"][0]["message"]
    assert await person.get(f"/api/tasks/{task['id']}") == task


async def test_all_bad_fields_are_named_at_once(person: Client) -> None:
    told = await person.post("/api/tasks", {"titel": "x", "priority": 9}, expect=422)
    assert {error["field"] for error in told["errors"]} == {"titel", "priority", "title"}


async def test_a_field_name_that_is_no_unicode_is_named_all_the_same(person: Client) -> None:
    body = b'{"title": "ok", "a\\ud800": 1}'
    response = await person.ask(
        "POST", "/api/tasks", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "a\\ud800"


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"nul", b"{'title': 'x'}", b'{"title": NaN}', b'{"priority": Infinity}', b"\xff\xfe",
     b'{"title": "\xff"}', b"[" * 100_000, b'{"a":' * 5_000, b'{"priority": 1' + b"0" * 5_000 + b"}", b"{} {}"],
    ids=repr,
)  # fmt: skip
async def test_what_is_no_json_is_400(person: Client, body: bytes) -> None:
    response = await person.ask(
        "POST", "/api/tasks", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == (422 if body == b"" else 400), response.text
    assert response.json()["code"] == ("validation_error" if body == b"" else "malformed_json")
    assert await person.get("/api/tasks") == []


async def test_deep_json_is_refused_wherever_it_stands(person: Client) -> None:
    deep: Any = []
    for _ in range(100):
        deep = [deep]
    told = await person.post("/api/tasks", {"title": "ok", "labels": deep}, expect=400)
    assert "64 levels" in told["detail"]


@pytest.mark.parametrize("body", [[], "text", 5, True, [{"title": "x"}]], ids=repr)
async def test_a_body_that_is_no_object_is_422(person: Client, body: Any) -> None:
    told = await person.post("/api/tasks", body, expect=422)
    assert told["errors"] == [{"field": "body", "message": "must be an object"}]


async def test_a_missing_body_is_422(person: Client) -> None:
    told = await person.post("/api/tasks", expect=422)
    assert told["errors"] == [{"field": "body", "message": "is required"}]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_that_is_not_sent_as_json_is_415(person: Client, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    told = (
        await person.ask("POST", "/api/tasks", content=b'{"title": "ok"}', headers=headers, expect=415)
    ).json()
    assert "Content-Type: application/json" in told["detail"]


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json",
    ],
)
async def test_json_goes_by_several_names(person: Client, kind: str) -> None:
    await person.ask(
        "POST", "/api/tasks", content=b'{"title": "ok"}', headers={"content-type": kind}, expect=201
    )


async def test_a_compressed_body_is_415(person: Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    await person.ask("POST", "/api/tasks", content=b"\x1f\x8b", headers=headers, expect=415)


async def test_a_body_of_ten_megabytes_is_413_by_its_announced_length(person: Client) -> None:
    headers = {"content-type": "application/json"}
    response = await person.ask("POST", "/api/tasks", content=b" " * 10_000_000, headers=headers, expect=413)
    assert response.json()["code"] == "body_too_large"


async def test_an_endless_body_is_413_as_soon_as_it_is_too_large(person: Client) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 1_000_000
            yield b" " * 1_000_000

    await person.ask(
        "POST", "/api/tasks", content=endless(), headers={"content-type": "application/json"}, expect=413
    )
    assert sent <= 7_000_000


async def test_a_post_without_a_body_needs_no_content_type(person: Client) -> None:
    task = await person.create()
    assert (await person.post(f"/api/tasks/{task['id']}/done"))["status"] == "done"


@pytest.mark.parametrize("number", ["0", str(2**53), str(2**63), str(2**64), "-1", "9" * 39])
async def test_an_id_that_no_task_can_have_is_422_by_name(person: Client, number: str) -> None:
    told = await person.get(f"/api/tasks/{number}", expect=422)
    assert told["errors"][0]["field"] == "task_id"


async def test_an_id_of_thousands_of_digits_is_no_address(person: Client) -> None:
    await person.get(f"/api/tasks/{'9' * 5_000}", expect=404)


QUERIES = [
    ("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("limit=1.5", "limit"), ("offset=-1", "offset"),
    ("status=finished", "status[0]"), ("lane=human&lane=nowhere", "lane[1]"), ("assignee=alice", "assignee"),
    ("due=yesterday", "due"), ("sort=best", "sort"), ("include_done=maybe", "include_done"), ("q=%00", "q"),
    ("q=" + "x" * 501, "q"), ("label=" + "x" * 41, "label"), ("cursor=nonsense", "cursor"), ("cursor=%00", "cursor"),
    ("assigne=me", "assigne"), ("status%5B%5D=done", "status[]"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "field"), QUERIES)
async def test_a_bad_query_parameter_is_named(person: Client, query: str, field: str) -> None:
    told = await person.get(f"/api/tasks?{query}", expect=422)
    assert [error["field"] for error in told["errors"]] == [field]


async def test_a_mistyped_query_parameter_is_told_what_there_is(person: Client) -> None:
    told = await person.get("/api/agent/queue?assigne=codex", expect=422)
    assert "assignee" in told["errors"][0]["message"]
    assert (await person.get("/api/me?verbose=1", expect=422))["errors"][0]["field"] == "verbose"


async def test_the_queue_takes_at_most_250(person: Client) -> None:
    await person.get("/api/agent/queue?limit=250")
    told = await person.get("/api/agent/queue?limit=251", expect=422)
    assert told["errors"] == [{"field": "limit", "message": "must be at most 250"}]
