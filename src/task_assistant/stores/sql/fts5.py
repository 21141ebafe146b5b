"""Full-text search on SQLite's FTS5: newest first, straight from the index. The only file that writes FTS5.

The index keeps no copy of the texts (`content=''`), so removing a task takes the text that it was indexed with.
What a person types is never query syntax: each word is quoted, a trailing `*` makes it a prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import text

from task_assistant.stores.sql.statements import Connection, Statement

ADD = Statement(text("INSERT INTO search (rowid, text) VALUES (:id, :text)"))
REMOVE = Statement(text("INSERT INTO search (search, rowid, text) VALUES ('delete', :id, :text)"))
OPTIMIZE = Statement(text("INSERT INTO search (search) VALUES ('optimize')"))
WORDS = 100


def indexed_text(row: Mapping[str, Any]) -> str:
    """What of a task's row can be searched."""
    labels = orjson.loads(row["labels"]) if row["labels"] else ()
    summary = orjson.loads(row["result"])["summary"] if row["result"] else None
    parts = (row["title"], row["description"], row["source_name"], row["source_context"], *labels, summary)
    return "\n".join(part for part in parts if part)


async def index(connection: Connection, task_id: int, before: str, after: str) -> None:
    """The task is found by the words of `after`, no longer by those of `before`."""
    if before == after:
        return
    if before:
        await connection.execute(REMOVE, {"id": task_id, "text": before})
    if after:
        await connection.execute(ADD, {"id": task_id, "text": after})


def match(typed: str) -> str | None:
    """The FTS5 expression for all of the words that somebody typed; None when there is no word in it."""
    words = [word for word in typed.replace("\0", " ").split() if any(map(str.isalnum, word))]
    return " ".join(map(_quoted, words[:WORDS])) or None


def _quoted(word: str) -> str:
    bare = word.rstrip("*").replace('"', '""')
    return f'"{bare}"*' if word.endswith("*") else f'"{bare}"'
