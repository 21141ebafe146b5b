"""The search index: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL. The only file that writes it.

What a word is, `domain.search` says, and what somebody types becomes quoted words, so that it is never query syntax.

On SQLite texts are indexed as the domain's words (the tokenizer splits at ASCII signs and takes everything else as
letters). The index keeps no copy of the texts (`content=''`), so removing a task takes the text that it was indexed
with. It keeps no positions either (`detail=none`): every word is sought by itself.
On PostgreSQL the words themselves are the lexemes: no dictionary, no stemming, no stop words. One that is longer than
a lexeme may be is replaced by its digest.

Rows are numbered by `search_id`, which rises with `created_at` and then with the id: the newest hits are the last rows.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from sqlalchemy import func, select

from task_assistant.domain.ordering import micros
from task_assistant.domain.search import searchable, words
from task_assistant.domain.task import Task
from task_assistant.stores.sql.filters import named
from task_assistant.stores.sql.statements import Connection, Either, Statement
from task_assistant.stores.sql.tables import tasks
from task_assistant.stores.sql.writing import Writing

ADD = Either(
    sqlite="INSERT INTO search (rowid, text) VALUES (:search_id, :text)",
    postgresql="INSERT INTO search (search_id, words) "
    "VALUES (:search_id, array_to_tsvector(string_to_array(:text, ' ')))",
)
REMOVE = Either(
    sqlite="INSERT INTO search (search, rowid, text) VALUES ('delete', :search_id, :text)",
    postgresql="DELETE FROM search WHERE search_id = :search_id",
)
INDEXED = ("title", "description", "source_name", "source_context", "labels")
LEXEME = 2_000  # bytes; PostgreSQL takes 2,046

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
        if last is not None and await connection.alone(start):  # where one came in this microsecond, more may
            last = (await connection.execute(LAST, {"start": start}))[0][0]
        if last is None or last + 1 < start + SLOT:
            return start if last is None else int(last) + 1
        start += SLOT


async def index(connection: Connection, search_id: int, before: Task | None, after: Task) -> None:
    """The task is found by the words that it has now, no longer by those that it had."""
    if before is not None and all(getattr(before, name) == getattr(after, name) for name in INDEXED):
        return
    old, new = "" if before is None else _indexed(connection, before), _indexed(connection, after)
    if old:
        await connection.execute(REMOVE, {"search_id": search_id, "text": old})
    if new:
        await connection.execute(ADD, {"search_id": search_id, "text": new})


def _indexed(connection: Connection, task: Task) -> str:
    whole = searchable(task)
    if connection.dialect == "sqlite" and whole.isascii():
        return whole
    return " ".join(_lexemes(whole))


def _lexemes(text: str) -> list[str]:
    return [word if len(word) * 4 <= LEXEME else _short(word) for word in words(text)]


def _short(word: str) -> str:
    """The word, or what stands for it where it is too long."""
    whole = word.encode()
    return word if len(whole) <= LEXEME else hashlib.sha256(whole).hexdigest()


def match(connection: Connection, typed: str) -> str | None:
    """The expression for all of the words that somebody typed; None when there is no word in it."""
    sought = dict.fromkeys(_lexemes(typed))
    if connection.dialect == "sqlite":
        return " ".join(f'"{word}"' for word in sought) or None
    return " & ".join(f"'{word}'" for word in sought) or None
