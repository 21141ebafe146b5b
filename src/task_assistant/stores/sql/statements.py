"""Statements: written in SQLAlchemy Core, compiled once to text, executed on the raw driver.

No result or bind processing takes place: columns hold integers and texts only (rows.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from sqlalchemy import BindParameter, ClauseElement, ColumnElement, Table, Text, bindparam, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from task_assistant.stores.sql.known import Known

Row = tuple[Any, ...]
Params = Mapping[str, Any]
NONE: dict[str, Any] = {}

DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.dialect(paramstyle="pyformat"),  # type: ignore[no-untyped-call]
}


class Among(ColumnElement[bool]):
    """`column` is one of the values of the parameter `name`, which is bound with `Connection.many`."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column, self.values = column, bindparam(name, type_=Text)


@compiles(Among, "sqlite")
def _among_sqlite(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = compiler.process(element.column, **kw), compiler.process(element.values, **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608  # compiled columns and binds


@compiles(Among)
def _among(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    values: BindParameter[Any] = bindparam(element.values.key)  # the driver says which kind of array it is
    return f"{compiler.process(element.column, **kw)} = ANY({compiler.process(values, **kw)})"


class Statement:
    """One statement and its text for each dialect that asked for it."""

    __slots__ = ("_clause", "_texts")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._texts: dict[str, str] = {}

    def text(self, dialect: str) -> str:
        """SQL with named parameters; values that the statement itself fixes are written out, for the planner."""
        found = self._texts.get(dialect)
        if found is None:
            found = self._texts[dialect] = _compile(self._clause, dialect)
        return found


def _compile(clause: ClauseElement, dialect: str) -> str:
    compiled = clause.compile(dialect=DIALECTS[dialect])
    sql, binds = str(compiled), getattr(compiled, "binds", {})
    for name, bind in binds.items():
        if isinstance(bind, BindParameter) and not bind.required:
            placeholder = f":{name}" if dialect == "sqlite" else f"%({name})s"
            sql = re.sub(re.escape(placeholder) + r"(?!\w)", _literal(bind.value), sql)
    return sql


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, str) and re.fullmatch(r"[\w ]*", value):
        return f"'{value}'"
    raise TypeError(f"{value!r} must be a parameter")


class Either(Statement):
    """What each dialect says in words of its own; parameters are written `:name` in both."""

    __slots__ = ()

    def __init__(self, *, sqlite: str, postgresql: str) -> None:
        self._texts = {
            "sqlite": _compile(text(sqlite), "sqlite"),
            "postgresql": _compile(text(postgresql), "postgresql"),
        }


def inserting(table: Table, names: Iterable[str]) -> Statement:
    """A row with these columns, each from the parameter of its name."""
    columns = list(names)
    values = ", ".join(f":{name}" for name in columns)
    return Statement(text(f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({values})"))  # noqa: S608


class Insert(Statement):
    """A row with these columns in a table that numbers its rows, unless one with the same `unless` is there.

    For `Connection.insert`. SQLite's driver tells the number by itself, and takes many values twice as fast by their
    places as by their names; other databases return the number.
    """

    __slots__ = ("columns", "table")

    def __init__(self, table: Table, columns: Iterable[str], *, unless: str | None = None) -> None:
        self.table, self.columns = table, tuple(columns)
        skip = f" ON CONFLICT ({unless}) DO NOTHING" if unless else ""
        self._texts = {"sqlite": self._begin("?" for _ in self.columns) + skip}
        (number,) = table.primary_key.columns.keys()
        values = self._begin(f"%({name})s" for name in self.columns)
        self._texts["postgresql"] = f"{values}{skip} RETURNING {number}"

    def _begin(self, values: Iterable[str]) -> str:
        return f"INSERT INTO {self.table.name} ({', '.join(self.columns)}) VALUES ({', '.join(values)})"  # noqa: S608


def updating(table: Table, names: Iterable[str]) -> Statement:
    """The row `id` gets these columns, each from the parameter of its name."""
    changes = ", ".join(f"{name} = :{name}" for name in names)
    return Statement(text(f"UPDATE {table.name} SET {changes} WHERE id = :id"))  # noqa: S608


class Connection(Protocol):
    """What the logic of the store asks of a database, inside one transaction.

    The logic is written as coroutines so that a driver may suspend; SQLite's does so in pauses only. There nobody else
    writes during a transaction. Elsewhere others do: rows that are read to be changed are locked where they are read
    (`FOR NO KEY UPDATE`, which SQLite leaves out), and what no row stands for is guarded by `alone` and `turn`.
    """

    dialect: str
    known: Known

    async def execute(self, statement: Statement, params: Params = NONE) -> list[Row]:
        """All rows that the statement gives."""

    async def insert(self, statement: Insert, params: Params) -> int | None:
        """The number of the new row; None when there is one already."""

    async def recall(self, statement: Statement) -> list[Row]:
        """The rows of a statement without parameters, which may be remembered until somebody commits."""

    def many(self, values: Iterable[Any]) -> Any:
        """What is bound for the values of `Among`."""

    async def number_on(self) -> None:
        """Called after rows were written with numbers of their own: those given out later are above all of them."""

    async def alone(self, about: int) -> bool:
        """From here to the end of the transaction nobody else is alone about the same number.

        True when others may have written since the transaction began.
        """

    async def turn(self) -> bool:
        """From here to the end of the transaction nobody else commits; True when others may have since it began.

        Whoever has the turn waits for nobody: all rows that others may hold have been locked before.
        """

    async def pause(self) -> None:
        """Called now and then during long work of a write: others may go on, the transaction stays as it is."""

    async def erase_traces(self) -> None:
        """Called after texts were purged: nothing of them may remain once the transaction is committed."""
