"""`pta export` and `pta import` over a real server."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Pta

FILES = Path(__file__).parents[1] / "imports" / "files"


def test_an_import_is_rehearsed_done_and_done_once(pta: Pta) -> None:
    rehearsed = pta("import", str(FILES / "todoist.csv"), "--dry-run")
    assert rehearsed.code == 0
    assert "6 tasks in the file (todoist): 6 would be created, 0 here already." in rehearsed.out
    assert "Not mappable:\n" in rehearsed.out
    assert "      1 × DATE, not understood: written in the source context\n" in rehearsed.out
    assert pta.json("import", str(FILES / "todoist.csv"))["created"] == 6
    assert pta.json("import", str(FILES / "todoist.csv"))["duplicates"] == 6
    assert pta.json("import", str(FILES / "todo.txt"), "--assignee", "me")["created"] == 8


def test_an_export_is_one_file_for_its_owner_only(pta: Pta, tmp_path: Path) -> None:
    pta("add", "Take me with you")
    assert pta("export", "--to", "all.jsonl").code == 0
    assert pta("export", "--to", "all.jsonl.gz").code == 0
    content = (tmp_path / "all.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "all.jsonl.gz").read_bytes()) == content
    assert (tmp_path / "all.jsonl").stat().st_mode & 0o777 == 0o600
    assert pta("export").out.encode() == content
    told = pta("export", "--to", "all.jsonl")
    assert (told.code, "is there already" in told.wrong) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir() if "all" in path.name) == [
        "all.jsonl",
        "all.jsonl.gz",
    ]
    assert pta.json("import", "all.jsonl")["duplicates"] > 0


def test_an_export_goes_into_an_import_through_a_pipe(pta: Pta, monkeypatch: pytest.MonkeyPatch) -> None:
    pta("add", "Take me with you")
    piped = io.TextIOWrapper(io.BytesIO(pta("export").out.encode()))
    monkeypatch.setattr("sys.stdin", piped)
    said = pta("import", "--dry-run")
    assert said.code == 0, said.wrong
    assert re.fullmatch(r"\d+ tasks? in the file \(dump\): 0 would be created, \d+ here already.\n", said.out)


def test_without_a_file_or_a_pipe_import_says_what_it_wants(
    pta: Pta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    told = pta("import")
    assert (told.code, told.wrong) == (2, "Name a file, or send one in: pta import < FILE\n")


def test_a_file_that_is_not_there_is_a_sentence(pta: Pta) -> None:
    told = pta("import", "nowhere.csv")
    assert (told.code, told.wrong) == (1, "nowhere.csv cannot be read: No such file or directory.\n")
