"""`pta db copy` and `pta restore`, as they are run: between stores and files, started again, refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from task_assistant.bootstrap.moving_commands import db
from task_assistant.bootstrap.places import shown
from task_assistant.stores.sql import SqliteStore
from tests.services.moving.houses import dumped, furnished
from tests.stores.sql_only.files import empty_file, hurried

Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True, scope="module")
def no_waiting_for_the_disk() -> Iterator[None]:
    with hurried():
        yield


@pytest.fixture
def pta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in a directory of its own; its exit code and all that it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PTA_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str]:
        from task_assistant.bootstrap.command_line import main

        monkeypatch.setattr(sys, "argv", ["pta", *arguments])
        code = main()
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def run_source(place: Path, many: int = 7) -> bytes:
    """A furnished SQLite file; its dump."""
    return asyncio.run(_source(place, many))


async def _source(place: Path, many: int) -> bytes:
    store = SqliteStore(empty_file(place))
    await store.open()
    await furnished(store, many)
    content = await dumped(store)
    await store.close()
    return content


def database(place: Path) -> str:
    return f"sqlite:///{place}"


def test_a_copy_through_stores_and_files_ends_with_the_same_bytes(tmp_path: Path, pta: Run) -> None:
    run_source(tmp_path / "a.db")
    for origin, target in (
        (database(tmp_path / "a.db"), database(tmp_path / "b.db")),
        (database(tmp_path / "b.db"), "b.jsonl.gz"),
        ("b.jsonl.gz", database(tmp_path / "c.db")),
        (database(tmp_path / "c.db"), "c.jsonl"),
        (database(tmp_path / "a.db"), "a.jsonl"),
    ):
        code, said = pta("db", "copy", "--from", origin, "--to", target)
        assert code == 0, said
        assert "read back and equal" in said
    whole = (tmp_path / "a.jsonl").read_bytes()
    assert (
        (tmp_path / "c.jsonl").read_bytes()
        == whole
        == gzip.decompress((tmp_path / "b.jsonl.gz").read_bytes())
    )
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.postgres
def test_a_copy_goes_to_postgresql_and_back_with_the_same_bytes(tmp_path: Path, pta: Run) -> None:
    from tests.stores.postgres_only.cluster import cluster

    content = run_source(tmp_path / "a.db")
    name = cluster().take()
    for origin, target in (
        (database(tmp_path / "a.db"), cluster().url(name)),
        (cluster().url(name), database(tmp_path / "b.db")),
        (database(tmp_path / "b.db"), "b.jsonl"),
    ):
        code, said = pta("db", "copy", "--from", origin, "--to", target)
        assert code == 0, said
    assert (tmp_path / "b.jsonl").read_bytes() == content
    cluster().give_back(name)


def test_a_copy_that_is_there_already_says_so(tmp_path: Path, pta: Run) -> None:
    run_source(tmp_path / "a.db")
    copy = (
        "db",
        "copy",
        "--from",
        database(tmp_path / "a.db"),
        "--to",
        database(tmp_path / "b.db"),
        "--json",
    )
    assert json.loads(pta(*copy)[1])["there_already"] is False
    assert json.loads(pta(*copy)[1])["there_already"] is True


def test_what_cannot_be_is_one_sentence(tmp_path: Path, pta: Run) -> None:
    run_source(tmp_path / "a.db")
    run_source(tmp_path / "full.db", many=9)
    (tmp_path / "there.jsonl").write_text("mine")
    a = database(tmp_path / "a.db")
    for arguments, sentence in (
        (("db", "copy", "--from", a, "--to", database(tmp_path / "full.db")), "Name an empty one."),
        (("db", "copy", "--from", a, "--to", "there.jsonl"), "is there already"),
        (("db", "copy", "--from", "nowhere.jsonl", "--to", a), "There is no file"),
        (("db", "copy", "--from", "mysql://h/x", "--to", a), "is no place for tasks"),
        (("restore", "there.jsonl"), "not the whole, unaltered file"),
    ):
        code, said = pta(*arguments)
        assert (code, sentence in said, "Traceback" in said) == (1, True, False), said
    assert (tmp_path / "there.jsonl").read_text() == "mine"


def test_a_restore_of_an_altered_file_makes_no_store(tmp_path: Path, pta: Run) -> None:
    content = run_source(tmp_path / "a.db")
    (tmp_path / "altered.jsonl").write_bytes(content.replace(b"Task 3", b"Task 4"))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(content)[:-20])
    assert pta("restore", "altered.jsonl")[0] == pta("restore", "cut.jsonl.gz")[0] == 1
    assert not (tmp_path / "data" / "tasks.db").exists()


def test_a_backup_comes_back_into_an_empty_store_only(
    tmp_path: Path, pta: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = run_source(tmp_path / "data" / "tasks.db")
    code, said = pta("backup", "--json")
    assert code == 0, said
    file = Path(json.loads(said)["file"])
    assert file.parent == tmp_path / "data" / "backups"
    assert gzip.decompress(file.read_bytes()) == content
    (tmp_path / "data" / "tasks.db").rename(tmp_path / "old.db")
    assert pta("restore", str(file))[0] == 0
    assert pta("backup", "--to", "again.jsonl")[0] == 0
    assert (tmp_path / "again.jsonl").read_bytes() == content
    run_source(tmp_path / "other" / "tasks.db", many=9)
    monkeypatch.setenv("PTA_DATA_DIR", str(tmp_path / "other"))
    code, said = pta("restore", str(file))
    assert (code, "this one is not" in said) == (1, True)


def test_a_password_in_an_address_is_never_said() -> None:
    assert shown("postgresql://me:secret@host/name") == "postgresql://me:***@host/name"


KILLED = """
import sys
from task_assistant.stores.sql import loading
load, n = loading.load, 0

async def mortal(connection, items):
    global n
    n += 1
    if n == 4:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
    await load(connection, items)

loading.load = mortal
from task_assistant.bootstrap.command_line import main
sys.exit(main())
"""


def test_a_copy_whose_process_was_killed_half_way_goes_on_when_started_again(
    tmp_path: Path, pta: Run
) -> None:
    content = run_source(tmp_path / "a.db", many=250)
    copy = [
        "db",
        "copy",
        "--from",
        database(tmp_path / "a.db"),
        "--to",
        database(tmp_path / "b.db"),
        "--json",
    ]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *copy], cwd=tmp_path, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    code, said = pta(*copy)
    assert code == 0, said
    assert json.loads(said)["resumed"] is True
    assert pta("db", "copy", "--from", database(tmp_path / "b.db"), "--to", "b.jsonl")[0] == 0
    assert (tmp_path / "b.jsonl").read_bytes() == content


def test_the_commands_are_named() -> None:
    assert [command.name for command in db.registered_commands] == ["copy"]
