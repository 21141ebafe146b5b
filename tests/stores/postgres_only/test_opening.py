"""Opening: migrated by one process at a time, and what is wrong is said in one sentence without the password."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from task_assistant.bootstrap import doctor
from task_assistant.bootstrap.settings import SettingsRefused, load_settings
from task_assistant.bootstrap.wiring import make_store
from task_assistant.ports.store import StoreUnavailable
from task_assistant.stores.sql.migrating import downgrade
from task_assistant.stores.sql.postgres import PostgresStore, opening
from task_assistant.stores.sql.postgres.migrating import exclusive
from task_assistant.stores.sql.revisions import CURRENT, REVISIONS
from tests.factories import task
from tests.stores.conformance.telling import put_one, titles
from tests.stores.postgres_only.cluster import cluster

SECRET = "hunter2secret"


async def refusal(url: str) -> str:
    with pytest.raises(StoreUnavailable) as refused:
        await PostgresStore(url).open()
    return str(refused.value)


async def test_the_settings_name_the_database(empty: str) -> None:
    store = make_store(load_settings({"DATABASE_URL": cluster().url(empty)}, env_file=None))
    await store.open()
    await store.check()
    await put_one(store, task("One"))
    assert await titles(store) == ["One"]
    await store.close()


async def test_without_the_driver_the_app_says_which_file_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for name in [name for name in sys.modules if name.startswith("task_assistant.stores.sql.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(SettingsRefused, match=r"requirements-hosted\.txt.*psycopg"):
        make_store(load_settings({"DATABASE_URL": "postgresql://u:p@h/d"}, env_file=None))


def test_the_doctor_only_looks(empty: str) -> None:
    url = cluster().url(empty)
    settings = load_settings({"DATABASE_URL": url}, env_file=None)
    assert "the first start makes the tables" in doctor._store(settings).found
    assert cluster().execute(empty, "SELECT to_regclass('tasks')") == [(None,)]
    asyncio.run(opening.ready(url))
    assert doctor._store(settings).found == "postgres, schema current"
    with exclusive(url) as connection:
        downgrade(connection, REVISIONS[0])
    coming = doctor._store(settings)
    assert (coming.ok, coming.found) == (
        True, f"postgres, schema {REVISIONS[0]}; the next start brings it to {CURRENT}",
    )  # fmt: skip
    assert cluster().execute(empty, "SELECT version_num FROM alembic_version") == [(REVISIONS[0],)]


async def test_several_processes_that_start_at_once_migrate_an_empty_database_once(empty: str) -> None:
    stores = [PostgresStore(cluster().url(empty)) for _ in range(4)]
    await asyncio.gather(*(store.open() for store in stores))
    assert cluster().execute(empty, "SELECT version_num FROM alembic_version") == [(CURRENT,)]
    await put_one(stores[0], task("One"))
    assert await titles(stores[3]) == ["One"]
    await asyncio.gather(*(store.close() for store in stores))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:9/tasks",
        f"postgresql://user:{SECRET}@[::1/tasks",
        f"postgresql://user:{SECRET}@127.0.0.1:port/tasks",
        f"postgresql://user:{SECRET}@127.0.0.1/tasks?nonsense=1",
    ],
)
async def test_an_address_that_leads_nowhere_is_refused_without_its_password(url: str) -> None:
    assert SECRET not in await refusal(url)


async def test_a_database_of_another_program_is_refused_untouched(empty: str) -> None:
    cluster().execute(empty, "CREATE TABLE tasks (theirs int)")
    assert "another program" in await refusal(cluster().url(empty))
    columns = cluster().execute(
        empty, "SELECT attname FROM pg_attribute WHERE attrelid = 'tasks'::regclass AND attnum > 0"
    )
    assert columns == [("theirs",)]


@pytest.fixture
def restamped(database: str) -> Iterator[str]:
    cluster().execute(database, "UPDATE alembic_version SET version_num = '9999'")
    yield database
    cluster().execute(database, f"UPDATE alembic_version SET version_num = '{CURRENT}'")


async def test_a_database_of_a_newer_version_is_left_alone(restamped: str) -> None:
    assert "newer" in await refusal(cluster().url(restamped))


async def test_check_fails_once_the_schema_is_another(store: PostgresStore, database: str) -> None:
    cluster().execute(database, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreUnavailable, match="restart"):
        await store.check()
    cluster().execute(database, f"UPDATE alembic_version SET version_num = '{CURRENT}'")


async def test_a_database_that_keeps_other_letters_is_refused(empty: str) -> None:
    cluster().execute(
        "postgres", "DROP DATABASE nothing",
        "CREATE DATABASE nothing ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
    )  # fmt: skip
    assert "UTF8" in await refusal(cluster().url(empty))


async def test_a_migration_that_fails_changes_nothing(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: Any, **__: Any) -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.op.create_index", break_off)
        assert "could not be migrated" in await refusal(cluster().url(empty))
    assert (
        cluster().execute(empty, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        == []
    )
    await opening.ready(cluster().url(empty))


async def test_a_store_that_is_not_open_says_so(database: str) -> None:
    with pytest.raises(StoreUnavailable, match="not open"):
        await PostgresStore(cluster().url(database)).check()
