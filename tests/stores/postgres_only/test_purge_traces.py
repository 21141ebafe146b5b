"""Purge on PostgreSQL: no file of the tables, their indexes and the planner's statistics has the texts any more."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.postgres import PostgresStore, erasing
from tests.factories import changes
from tests.stores.postgres_only.cluster import cluster
from tests.stores.sql_only.purged_texts import Texts, add, edit, traces

# As they are, not compressed: a compressed word could not be seen.
PLAIN = """SELECT format('ALTER TABLE %I ALTER %I SET STORAGE EXTERNAL', table_name, column_name)
           FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN ('text', 'tsvector')"""


def files(database: str) -> Path:
    """The directory of the database's own files."""
    ((oid,),) = cluster().execute(database, "SELECT oid FROM pg_database WHERE datname = current_database()")
    return cluster().place / "data" / "base" / str(oid)


async def test_no_file_of_the_database_has_a_trace_of_what_was_purged(
    store: PostgresStore, database: str
) -> None:
    cluster().execute(database, *(row[0] for row in cluster().execute(database, PLAIN)))
    texts = Texts(seed=4)
    there = [await add(store, texts) for _ in range(8)]
    there = [await edit(store, texts, each) for each in there]
    cluster().execute(database, "ANALYZE", "CHECKPOINT")
    gone, kept = there[::2], there[1::2]
    lost = [word for each in gone for word in texts.of_task[each.id]]
    assert traces(files(database), lost) == lost, "they were never there, so this proves nothing"
    await store.commit(changes(purge=tuple(each.id for each in gone)))
    cluster().execute(database, "CHECKPOINT")
    assert traces(files(database), lost) == []
    left = [texts.of_task[each.id][-1] for each in kept]
    assert traces(files(database), left) == left


async def test_tables_that_cannot_be_rewritten_are_told(
    store: PostgresStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await add(store, Texts(1))
    monkeypatch.setattr(erasing, "PATIENCE", "50ms")
    with psycopg.connect(cluster().url(database)) as reader:
        reader.execute("SELECT * FROM documents").fetchall()
        with pytest.raises(StoreUnavailable, match="purge again"):
            await store.commit(changes(purge=(there.id,)))
    found = await store.get(there.id)
    assert found is not None
    assert found.purged
