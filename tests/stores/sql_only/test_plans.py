"""How statements are executed: through the indexes meant for them, and with the same effort on a larger board."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from task_assistant.domain.ordering import Sort, key
from task_assistant.domain.ranking import DueBand
from task_assistant.domain.task import Lane, Owner, Task
from task_assistant.domain.visibility import Sight
from task_assistant.ports.queries import Query, Wanted
from task_assistant.stores.sql import SqliteStore
from tests.factories import EVERYTHING, NOW, later, task
from tests.stores.conformance.telling import asking, put
from tests.stores.sql_only.files import empty_file

AGENT = Sight(lanes=frozenset({Lane.AGENT}), worker="alpha")
SCANNED = ("json_each", "shelf_counts", "search VIRTUAL TABLE", "CONSTANT ROW", "(subquery")
Operation = Callable[[SqliteStore], Coroutine[Any, Any, Any]]


async def first_page(store: SqliteStore, query: Query) -> list[Task]:
    return await store.find(query)


async def next_page(store: SqliteStore, query: Query) -> list[Task]:
    page = await store.find(query)
    return await store.find(replace(query, after=key(page[-1], query.sort or Sort.SMART, query.now)))


OPERATIONS: dict[str, Operation] = {
    "queue": lambda s: s.find(asking(limit=25, assignee=Owner.CODEX)),
    "an agent's queue": lambda s: s.find(asking(limit=25, sight=AGENT)),
    "tally": lambda s: s.tally(NOW, private=True),
    "time band": lambda s: s.time_band(NOW),
    "claim that finds nothing": lambda s: s.claim_next(
        Wanted(NOW, "x", labels=frozenset({"none"})), lambda _: None
    ),
    "overdue": lambda s: s.find(asking(limit=25, due=DueBand.OVERDUE)),
    "search": lambda s: s.find(asking(limit=25, text="task")),
    "a task": lambda s: s.get(7),
    "position": lambda s: s.position(),
    "events": lambda s: s.events(3, 20),
    "history": lambda s: s.task_events(7, 0, 20),
    "newest history": lambda s: s.latest_events(7, None, 20),
    "comments": lambda s: s.records(7, ["comment"], 5),
    "woken": lambda s: s.woken(NOW, 10),
    "reminders": lambda s: s.due_reminders(NOW, EVERYTHING, 10),
    "dated": lambda s: s.dated(NOW, EVERYTHING, 10),
    "claims": lambda s: s.held_by("alpha", NOW),
    "dependents": lambda s: s.dependents(7),
    **{f"list by {sort}": partial(first_page, query=asking(limit=25, sort=sort)) for sort in Sort},
    **{f"page by {sort}": partial(next_page, query=asking(limit=25, sort=sort)) for sort in Sort},
}


@dataclass
class Watched:
    """What a connection executes: the plan of each statement, and how many statements and rows there are."""

    raw: Any
    plans: list[str] = field(default_factory=list)
    statements: int = 0
    rows: int = 0

    def execute(self, sql: str, params: Any) -> Any:
        for row in self.raw.execute(f"EXPLAIN QUERY PLAN {sql}", params):
            self.plans.append(f"{row[3]} in {' '.join(sql.split())}")
        found = self.raw.execute(sql, params).fetchall()
        self.statements += 1
        self.rows += len(found)
        return type("Found", (), {"fetchall": lambda _: found})()


async def watched(store: SqliteStore, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> Watched:
    reader = store._database._open()
    watching = Watched(reader.raw)
    with monkeypatch.context() as patched:
        patched.setattr(reader, "_execute", watching.execute)
        await operation(store)
    return watching


def tasks(n: int) -> list[Task]:
    owners, labels = list(Owner), [("a",), ("b",), (), ("a", "b")]
    return [
        task(
            f"Task {i}", assignee=owners[i % 3], priority=1 + i % 5, labels=labels[i % 4],
            created_at=later(minutes=-i), due=later(minutes=31 * i - 60 * 24 * 20),
        )
        for i in range(n)
    ]  # fmt: skip


@asynccontextmanager
async def board(path: Path, n: int) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(empty_file(path))
    await store.open()
    await put(store, *tasks(n))
    yield store
    await store.close()


@pytest.mark.parametrize("name", OPERATIONS)
async def test_no_read_looks_through_a_whole_table(
    store: SqliteStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, *tasks(200))
    seen = await watched(store, OPERATIONS[name], monkeypatch)
    scans = [plan for plan in seen.plans if plan.startswith("SCAN ")]
    assert [plan for plan in scans if not plan.removeprefix("SCAN ").startswith(SCANNED)] == []
    if re.match("list|page|queue|overdue", name):
        assert [plan for plan in seen.plans if "TEMP B-TREE FOR ORDER BY" in plan] == []


async def test_a_board_ten_times_as_large_takes_no_more_statements_or_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    effort: dict[str, list[tuple[int, int]]] = {name: [] for name in OPERATIONS}
    for n in (300, 3_000):
        async with board(tmp_path / f"{n}.db", n) as store:
            for name, operation in OPERATIONS.items():
                seen = await watched(store, operation, monkeypatch)
                effort[name].append((seen.statements, seen.rows))
    grown = {
        name: (few, many)
        for name, (few, many) in effort.items()
        if many[0] > few[0] * 1.5 + 3 or many[1] > few[1] * 1.5 + 10
    }
    assert grown == {}
