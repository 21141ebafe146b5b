"""docs/postgresql.md does what it says: its statements and commands are run."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from pathlib import Path

from task_assistant.bootstrap.settings_table import SETTINGS
from task_assistant.stores.sql.postgres import PostgresStore
from tests.factories import task
from tests.stores.conformance.telling import put_one, titles
from tests.stores.postgres_only.cluster import Cluster

DOCUMENT = Path(__file__).parents[3] / "docs" / "postgresql.md"


def blocks(language: str) -> list[str]:
    """The lines of the blocks in this language."""
    found = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return [line for block in found for line in block.strip().splitlines()]


def sent(line: str, own: Cluster) -> str:
    """An address of the document, led to the test's server."""
    return f"{line.split('@', maxsplit=1)[0].removeprefix('DATABASE_URL=')}@/tasks?host={own.place}"


async def test_the_database_is_made_opened_and_backed_up_as_it_says(own: Cluster, tmp_path: Path) -> None:
    for statement in blocks("sql"):
        own.execute("postgres", statement)
    (address,) = blocks("env")
    url = sent(address, own)
    store = PostgresStore(url)
    await store.open()
    await put_one(store, task("Kept"))
    own.execute("postgres", "CREATE DATABASE other OWNER tasks")
    other = url.replace("/tasks?", "/other?")
    environ = {
        "PATH": f"{own.programs}:{os.environ['PATH']}",
        "DATABASE_URL": url,
        "OTHER_DATABASE_URL": other,
    }
    for command in blocks("sh"):
        await asyncio.to_thread(subprocess.run, command, shell=True, check=True, cwd=tmp_path, env=environ)
    await store.close()
    again = PostgresStore(other)
    await again.open()
    assert await titles(again, text="kept") == ["Kept"]
    assert (await put_one(again, task("Next"))).id == 2
    await again.close()


def test_the_settings_that_it_names_are_there() -> None:
    named = set(re.findall(r"`(DATABASE_\w+?)(?:_FILE)?`", DOCUMENT.read_text()))
    assert named <= {setting.name for setting in SETTINGS}
    assert {"DATABASE_URL", "DATABASE_CONNECTIONS"} <= named
