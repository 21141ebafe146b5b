"""Recomputes everything that the SQL stores keep derived, from the tasks alone, and compares."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from task_assistant.domain.search import searchable, words
from task_assistant.domain.task import Task
from task_assistant.stores.sql.ledger import HOUR
from task_assistant.stores.sql.rows import derived, time
from task_assistant.stores.sql.statements import Row
from task_assistant.stores.sql.writes import STORED, task_of

Stored = dict[str, Any]
Difference = tuple[str, Any, Any]


class Asked(Protocol):
    """A connection of either database."""

    def execute(self, query: str) -> Iterable[Row]:
        """The rows."""


def differences(path: Path) -> list[Difference]:
    """What is kept in a SQLite file and what it should be, where they differ; by name."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, 'instance')")
        return differences_in(raw, "SELECT DISTINCT term, doc FROM temp.words")


def differences_in(raw: Asked, words_kept: str) -> list[Difference]:
    """The same for a connection; `words_kept` asks for the words of the search index and their rows."""
    columns = ", ".join(STORED)
    rows = [dict(zip(STORED, row, strict=True)) for row in raw.execute(f"SELECT {columns} FROM tasks")]
    kept_and_due = [
        *_columns(rows),
        *_names(raw, rows),
        *_counters(raw, rows),
        _search(_set(raw, words_kept), rows),
    ]
    return [(name, kept, due) for name, kept, due in kept_and_due if kept != due]


def _columns(rows: list[Stored]) -> Iterator[Difference]:
    tasks = {row["id"]: task_of(row) for row in rows}
    for row in rows:
        task = tasks[row["id"]]
        counted = task.having(
            open_dependencies=sum(tasks[i].active for i in task.depends_on),
            unblocks=task.active * sum(t.active and task.id in t.depends_on for t in tasks.values()),
        )
        due = derived(counted, time(row["written_at"]))
        yield f"columns of task {task.id}", {name: row[name] for name in due}, due


def _names(raw: Asked, rows: list[Stored]) -> Iterator[Difference]:
    """Labels and dependencies as tables; the shelves of labels and workers."""
    tasks = {row["id"]: (task_of(row), row["shelf"]) for row in rows}
    labels = {(i, label, shelf) for i, (task, shelf) in tasks.items() for label in task.labels}
    yield "labels", _set(raw, "SELECT task_id, label, shelf FROM task_labels"), labels
    edges = {(i, there) for i, (task, _) in tasks.items() for there in task.depends_on}
    yield "dependencies", _set(raw, "SELECT task_id, depends_on FROM dependencies"), edges
    workers = _set(raw, "SELECT task_id, agent, shelf FROM workers")
    yield "workers", workers, {(i, agent, tasks[i][1]) for i, agent, _ in workers}
    holders = {(i, task.claim.agent, shelf) for i, (task, shelf) in tasks.items() if task.claim}
    yield "workers who hold", holders - workers, set()


def _counters(raw: Asked, rows: list[Stored]) -> Iterator[Difference]:
    shelves = Counter((row["shelf"], row["base"]) for row in rows if row["shelf"] is not None)
    yield "shelf_counts", _counts(raw, "SELECT shelf, base, n FROM shelf_counts"), shelves
    live = [row for row in rows if row["live_due_at"] is not None]
    dues = Counter((row["private"], h, row["live_due_at"] // (h * HOUR)) for row in live for h in (1, 24))
    yield "due_counts", _counts(raw, "SELECT private, span, start, n FROM due_counts"), dues


def _search(kept: set[Any], rows: list[Stored]) -> Difference:
    tasks: Iterable[tuple[Task, int]] = ((task_of(row), row["search_id"]) for row in rows)
    return "search", kept, {(word, number) for task, number in tasks for word in words(searchable(task))}


def _set(raw: Asked, query: str) -> set[Any]:
    return set(raw.execute(query))


def _counts(raw: Asked, query: str) -> Counter[Any]:
    return Counter({tuple(key): n for *key, n in raw.execute(query)})
