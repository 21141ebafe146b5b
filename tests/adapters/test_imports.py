"""Adapters are their users' own: they know the client package and the standard library, and nothing of the server."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FILES = sorted(Path("adapters").glob("[a-z]*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_adapter_imports_the_client_package_and_the_standard_library_only(path: Path) -> None:
    foreign = {
        name for name in imported(path) if name.split(".")[0] not in sys.stdlib_module_names
        and name.split(".")[:2] != ["task_assistant", "client"]
    }  # fmt: skip
    assert not foreign


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_adapter_is_a_file_that_a_person_reads_in_five_minutes(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 180


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_adapter_hides_no_module_of_the_standard_library(path: Path) -> None:
    assert path.stem not in sys.stdlib_module_names
