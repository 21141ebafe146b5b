"""The logic of the SQL stores belongs to no database: only what is in `sqlite/` does."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest

from task_assistant.domain.ordering import Sort
from task_assistant.stores import sql
from task_assistant.stores.sql import ranges, search
from task_assistant.stores.sql.filters import DRIVERS
from task_assistant.stores.sql.statements import DIALECTS, Statement

FOLDER = Path(sql.__file__).parent
SHARED = [path for path in FOLDER.glob("*.py") if path.name != "__init__.py"]  # which names SQLite's store


def imported(path: Path) -> set[str]:
    found = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [alias.name for node in found if isinstance(node, ast.Import) for alias in node.names]
    return {*names, *(node.module or "" for node in found if isinstance(node, ast.ImportFrom))}


def statements() -> Iterator[tuple[str, Statement]]:
    """Every fixed statement, and the shapes that depend on a query: each sort, each narrowing, each two of them."""
    for module in pkgutil.iter_modules([str(FOLDER)], "task_assistant.stores.sql."):
        if not module.ispkg:
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, Statement):
                    yield f"{module.name}.{name}", value
    few = [(), *((name,) for name in DRIVERS)]
    pairs = list(combinations(DRIVERS, 2))
    shapes = [*product(Sort, few), *((Sort.SMART, pair) for pair in pairs)]
    for (sort, names), astray, resume in product(shapes, (False, True), (False, True)):
        yield f"{sort} {names}", ranges._range(sort, names, astray, resume)
        for driver in names[:1]:
            yield f"{sort} by {driver}", ranges._gathering(sort, driver, names[1:], astray, resume)
    for driver in DRIVERS:
        yield f"few {driver}", ranges._few(driver)
    for names, astray in product([*few, *pairs], (False, True)):
        yield f"search {names}", search._stream((names, ("worker",)), astray)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_can_be_said_in_every_dialect(dialect: str) -> None:
    seen = 0
    for name, statement in statements():
        text = statement.text(dialect)
        assert text, name
        assert "param_" not in text, f"{name} has a value that the planner does not see"
        seen += 1
    assert seen > 400


@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.name)
def test_only_one_folder_knows_the_sqlite_driver(path: Path) -> None:
    known = [name for name in imported(path) if name == "sqlite3" or ".sql.sqlite" in name]
    assert known == []
