"""Seeded boards on PostgreSQL: the rows of the same board on SQLite, copied, which takes seconds and not minutes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from task_assistant.domain.search import searchable, words
from task_assistant.stores.sql.postgres import opening
from task_assistant.stores.sql.postgres.connection import NUMBER_ON
from task_assistant.stores.sql.tables import metadata
from task_assistant.stores.sql.writes import STORED, task_of

NAME = "task_assistant_benchmark"


async def prepare(active: int, board: Path, server: str) -> str:
    """A fresh database with the rows of this SQLite board; its address. `server` is any database of the same server."""
    name = f"{NAME}_{active}"
    with psycopg.connect(server, autocommit=True) as raw:
        raw.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        raw.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    await opening.ready(url)
    with psycopg.connect(url) as raw, closing(sqlite3.connect(board)) as file:
        for table in metadata.sorted_tables:
            columns = [column.name for column in table.c]
            rows = file.execute(f"SELECT {', '.join(columns)} FROM {table.name}")
            _copy(raw, table.name, columns, rows)
        _copy(raw, "search", ["search_id", "words"], _words(file))
        for statement in NUMBER_ON:
            raw.execute(statement.encode())
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("VACUUM (ANALYZE)")
        raw.execute("CHECKPOINT")
    return url


def _copy(raw: psycopg.Connection, table: str, columns: list[str], rows: Any) -> None:
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor().copy(into) as copying:
        for row in rows:
            copying.write_row(row)


def _words(file: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for row in file.execute(f"SELECT {', '.join(STORED)} FROM tasks"):
        stored = dict(zip(STORED, row, strict=True))
        found = sorted(set(words(searchable(task_of(stored)))))
        yield stored["search_id"], " ".join(f"'{word}'" for word in found)
