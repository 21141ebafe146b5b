"""The search index on SQLite's FTS5; the only file that writes it.

What a word is, `domain.search` says. Texts are indexed as its words (the tokenizer splits at ASCII signs and takes
everything else as letters), and what somebody types becomes quoted words, so that it is never query syntax. The index
keeps no copy of the texts (`content=''`), so removing a task takes the text that it was indexed with. It keeps no
positions either (`detail=none`): every word is sought by itself.

Rows are numbered by `search_id`, which rises with `created_at` and then with the id: the newest hits are the last rows.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select, text

from task_assistant.domain.ordering import micros
from task_assistant.domain.search import searchable, words
from task_assistant.domain.task import Task
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.statements import Connection, Statement
from task_assistant.stores.sql.tables import tasks
from task_assistant.stores.sql.writing import Writing

ADD = Statement(text("INSERT INTO search (rowid, text) VALUES (:search_id, :text)"))
REMOVE = Statement(text("INSERT INTO search (search, rowid, text) VALUES ('delete', :search_id, :text)"))
OPTIMIZE = Statement(text("INSERT INTO search (search) VALUES ('optimize')"))
INDEXED = ("title", "description", "source_name", "source_context", "labels")

SLOT = 2**11  # rows of one microsecond
BEGINNING = micros(datetime(2020, 1, 1, tzinfo=UTC))
REACH = 2**51  # 71 years on both sides
LAST = Statement(
    select(func.max(tasks.c.search_id)).where(
        tasks.c.search_id >= named("start"), tasks.c.search_id < named("start") + SLOT
    )
)


async def search_id(writing: Writing, created_at: datetime) -> int:
    """A free number in the order of age. A microsecond with too many tasks borrows from the next one."""
    last = writing.ages.get(created_at)
    if last is None or (last + 1) % SLOT == 0:
        found = await _free(writing.connection, created_at)
    else:
        found = last + 1
    writing.ages[created_at] = found
    return found


async def _free(connection: Connection, created_at: datetime) -> int:
    start = max(-REACH, min(REACH, micros(created_at) - BEGINNING)) * SLOT
    while True:
        last = (await connection.execute(LAST, {"start": start}))[0][0]
        if last is None or last + 1 < start + SLOT:
            return start if last is None else int(last) + 1
        start += SLOT


async def index(connection: Connection, search_id: int, before: Task | None, after: Task) -> None:
    """The task is found by the words that it has now, no longer by those that it had."""
    if before is not None and all(getattr(before, name) == getattr(after, name) for name in INDEXED):
        return
    old, new = "" if before is None else _indexed(before), _indexed(after)
    if old:
        await connection.execute(REMOVE, {"search_id": search_id, "text": old})
    if new:
        await connection.execute(ADD, {"search_id": search_id, "text": new})


def _indexed(task: Task) -> str:
    whole = searchable(task)
    return whole if whole.isascii() else " ".join(words(whole))


def match(typed: str) -> str | None:
    """The FTS5 expression for all of the words that somebody typed; None when there is no word in it."""
    return " ".join(f'"{word}"' for word in dict.fromkeys(words(typed))) or None
