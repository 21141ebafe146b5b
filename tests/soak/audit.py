"""What must be true of a database and its server after anything: asked of the file itself and over HTTP."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.connection import Connection
from benchmarks.server import OWNER_KEY
from task_assistant.stores.sql.ledger import HOUR, SPANS
from tests.soak.acknowledged import Fact

Json = dict[str, Any]


def check_file(database: Path) -> None:
    """The file is sound and its counters equal a recount."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
        file.execute("BEGIN")
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = file.execute("SELECT shelf, base, n FROM shelf_counts ORDER BY 1, 2").fetchall()
        recount = (
            "SELECT shelf, base, count(*) FROM tasks WHERE shelf IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
        assert counted == file.execute(recount).fetchall()
        for span in SPANS:
            _check_due(file, span)


def _check_due(file: sqlite3.Connection, span: int) -> None:
    counted = file.execute("SELECT private, start, n FROM due_counts WHERE span = ? ORDER BY 1, 2", (span,))
    recount = """SELECT private, live_due_at / ?, count(*) FROM tasks WHERE live_due_at IS NOT NULL
                 GROUP BY 1, 2 ORDER BY 1, 2"""
    assert counted.fetchall() == file.execute(recount, (span * HOUR,)).fetchall()


def check_search_index(database: Path) -> None:
    """The search index is sound; asked of the file once no server has it open."""
    with closing(sqlite3.connect(database)) as file:
        file.execute("INSERT INTO search (search) VALUES ('integrity-check')")


def events_in(database: Path) -> list[tuple[int, str]]:
    """`seq` and id of every event in the file."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
        return file.execute("SELECT seq, id FROM events ORDER BY seq").fetchall()


def check_feed(followed: list[Json], database: Path) -> None:
    """The follower saw every committed event exactly once, in order."""
    assert [(event["seq"], event["id"]) for event in followed] == events_in(database)
    ids = [event["id"] for event in followed]
    assert len(set(ids)) == len(ids)


def check_acknowledged(facts: Iterable[Fact], events: list[Json]) -> None:
    """Everything that was acknowledged is in the history exactly once."""
    by_version = Counter((e["task_id"], e["type"], e["version"]) for e in events)
    by_text = Counter((e["task_id"], e["type"], e.get("text")) for e in events)
    for fact in facts:
        if fact.version is not None:
            assert by_version[fact.task_id, fact.type, fact.version] == 1, fact
        else:
            assert by_text[fact.task_id, fact.type, fact.text] == 1, fact


async def all_tasks(line: Connection) -> list[Json]:
    """Every task that is not deleted, by following the list's links."""
    path, tasks = "/api/tasks?limit=500&include_done=true&sort=created", list[Json]()
    while True:
        answer = (await line.call("GET", path, OWNER_KEY)).expect(200)
        tasks += answer.json()
        link = answer.header("link")
        if link is None:
            return tasks
        path = link.split(">")[0].lstrip("<")


def check_told(tasks: list[Json], events: list[Json]) -> None:
    """Every task is what its history says that it became."""
    told: dict[int, Json] = {}
    for event in events:
        if event["task_id"] is not None:
            after = told.setdefault(event["task_id"], {})
            after |= {name: change[1] for name, change in event["changes"].items()}
            after["version"] = event["version"]
    for task in tasks:
        history = told.pop(task["id"])
        claim = history.pop("claim", None)
        assert (task["claim"] or {}).get("agent") == (claim or {}).get("agent")
        for name in ("version", "title", "status", "assignee", "priority", "external_id"):
            assert task[name] == history.get(name, task[name] if name == "priority" else None), (name, task)
    assert told == {}


async def check_summary(line: Connection, tasks: list[Json]) -> None:
    """The summary equals a count of the listed tasks."""
    lanes = Counter(task["lane"] for task in tasks if task["lane"])
    held = sum(task["claim"] is not None for task in tasks if task["lane"])
    expected = {
        "active": lanes.total(), "review": lanes["review"], "blocked": lanes["blocked"], "waiting": lanes["waiting"],
        "unassigned": sum(task["assignee"] == "unassigned" for task in tasks if task["lane"]),
        "working": held, "codex_ready": lanes["agent"] - held,
        "human_input": lanes["human"] + lanes["review"] + lanes["blocked"],
    }  # fmt: skip
    summary = (await line.call("GET", "/api/agent/queue/summary", OWNER_KEY)).expect(200).json()
    assert {name: summary[name] for name in expected} == expected
