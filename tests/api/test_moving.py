"""Everything out over HTTP, and in again; other tools' files in, first as a rehearsal."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from task_assistant.domain.task import Status
from tests.api.server import Client, Json, Server
from tests.services.moving.houses import dumped, furnished

ON_EVERY_STORE = True
FILES = Path(__file__).parents[1] / "imports" / "files"


async def export(client: Client) -> bytes:
    answer = await client.http.get("/api/export")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tasks-2026-')
    return answer.content


async def sent(client: Client, content: bytes, expect: int = 200, **query: str) -> Json:
    answer = await client.http.post("/api/import", params=query, content=content)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def test_an_export_is_whole_and_holds_no_secret(server: Server, person: Client) -> None:
    await furnished(server.store)
    content = await export(person)
    assert json.loads(content.splitlines()[0])["header"]["keys"] == "none"
    assert "footer" in json.loads(content.splitlines()[-1])
    assert b"1" * 64 not in content
    assert b"hash of" not in content


@pytest.mark.parametrize("packed", [False, True])
async def test_an_export_comes_back_into_an_empty_board_byte_equal(
    server: Server, person: Client, packed: bool
) -> None:
    other = Server()
    await furnished(other.store)
    content = await export(other.client())
    report = await sent(person, gzip.compress(content) if packed else content)
    assert (report["format"], report["created"], report["duplicates"]) == ("dump", 9, 0)
    assert await export(person) == content
    again = await sent(person, content)
    assert (again["created"], again["duplicates"]) == (0, 9)


async def test_a_rehearsal_changes_nothing(server: Server, person: Client) -> None:
    other = Server()
    await furnished(other.store)
    report = await sent(person, await export(other.client()), dry_run="true")
    assert (report["created"], report["dry_run"]) == (9, True)
    assert await server.store.position() == 0
    before = await sent(person, (FILES / "trello.json").read_bytes(), dry_run="true")
    assert before["created"] == 3
    assert await server.store.position() == 0
    done = await sent(person, (FILES / "trello.json").read_bytes())
    assert {**done, "dry_run": True} == before


@pytest.mark.parametrize("query", [{}, {"dry_run": "true"}], ids=["import", "rehearsal"])
async def test_a_whole_copy_with_key_hashes_is_not_taken_over_http(
    server: Server, person: Client, query: dict[str, str]
) -> None:
    other = Server()
    await furnished(other.store)
    before = await export(person)
    refused = await sent(person, await dumped(other.store), 422, **query)
    assert refused["errors"][0]["field"] == "file"
    assert "pta restore" in refused["errors"][0]["message"]
    assert await export(person) == before


async def test_a_board_that_is_not_empty_and_a_file_that_is_not_whole_are_refused(
    server: Server, person: Client
) -> None:
    other = Server()
    await furnished(other.store)
    content = await export(other.client())
    refused = await sent(person, content[:-9], 422)
    assert (refused["code"], refused["errors"][0]["field"]) == ("dump_refused", "line")
    await person.http.post("/api/tasks", json={"title": "Mine"})
    assert (await sent(person, content, 409))["code"] == "store_not_empty"


@pytest.mark.parametrize(
    ("name", "tasks"),
    [("todoist.csv", 6), ("trello.json", 3), ("taskwarrior.json", 5), ("todo.txt", 8), ("github.json", 3)],
)
async def test_another_tools_file_comes_in_once_however_often_it_is_sent(
    person: Client, name: str, tasks: int
) -> None:
    content = (FILES / name).read_bytes()
    query = {"format": "todotxt"} if name == "todo.txt" else {}
    first = await sent(person, content, 200, **query)
    assert (first["tasks"], first["created"], first["rejected"]) == (tasks, tasks, [])
    assert first["kept"]
    assert first["mapped"]
    assert first["not_mappable"]
    second = await sent(person, content, 200, **query)
    assert (second["created"], second["duplicates"], second["connected"]) == (0, tasks, 0)
    listed = (await person.http.get("/api/tasks?include_done=true&limit=50")).json()
    assert len(listed) == tasks


async def test_what_waited_for_another_task_waits_for_it_here(server: Server, person: Client) -> None:
    report = await sent(person, (FILES / "taskwarrior.json").read_bytes())
    assert report["connected"] == 2
    lost = {note["field"]: note["count"] for note in report["not_mappable"]}
    assert lost["dependency"] == 1
    names = [f"taskwarrior:{d * 8}-{d * 4}-4{d * 3}-8{d * 3}-{d * 12}" for d in "12"]
    one, two = (await server.store.by_external_ids(names)).values()
    assert one.depends_on == (two.id,)


async def test_an_update_brings_what_nobody_edited_since(server: Server, person: Client) -> None:
    content = (FILES / "github.json").read_bytes()
    await sent(person, content)
    newer = content.replace(b"Found a bug", b"Found a nasty bug")
    assert (await sent(person, newer))["updated"] == 0
    assert (await sent(person, newer, update="true"))["updated"] == 1
    (bug,) = (await server.store.by_external_ids(["github:octo/hello#12"])).values()
    assert (bug.title, bug.status) == ("Found a nasty bug", Status.BACKLOG)


async def test_new_tasks_are_whose_the_person_says(server: Server, person: Client) -> None:
    await sent(person, (FILES / "github.json").read_bytes(), assignee="me")
    (bug,) = (await server.store.by_external_ids(["github:octo/hello#12"])).values()
    assert bug.assignee == "me"


@pytest.mark.parametrize("content", [b"", b"hello", b"[1]", b"\xff\xfe{", b'{"lists": 3}'])
async def test_a_file_that_is_none_of_them_is_named(person: Client, content: bytes) -> None:
    refused = await sent(person, content, 422)
    assert refused["errors"][0]["field"] == "file"


async def test_a_bad_task_is_named_and_the_others_come_in(person: Client) -> None:
    issues = json.loads((FILES / "github.json").read_text())
    issues[1]["title"] = "with NUL \0"
    report = await sent(person, json.dumps(issues).encode())
    assert (report["created"], report["rejected"][0]["index"]) == (2, 1)


async def test_only_the_owner_takes_everything_out_or_brings_it_in(alpha: Client, mail: Client) -> None:
    for client in (alpha, mail):
        assert (await client.http.get("/api/export")).status_code == 403
        assert (await client.http.post("/api/import", content=b"whatever")).status_code == 403
