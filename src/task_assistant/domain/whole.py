"""Records of the domain as plain JSON data, whole with their internal fields, and back, by the types of their fields.

A new field needs no line here. A field that is as it is by default is left out, so what was written before there was
the field reads the same, and is written the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from task_assistant.domain.history import Event
from task_assistant.domain.task import Task
from task_assistant.domain.times import to_text

Make = Callable[[Any], Any]
SIMPLE = frozenset({type(None), str, int, bool, float})


def plain(value: Any) -> Any:
    """Plain data: times as RFC 3339 text, enums as values, tuples as lists, records as objects without defaults."""
    if type(value) in SIMPLE or isinstance(value, Mapping):
        return value
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    kind: Any = type(value)
    pairs = ((name, getattr(value, name), usual) for name, usual in _usual(kind))
    return {name: plain(each) for name, each, usual in pairs if each != usual}


@lru_cache(64)
def _usual(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a record and their defaults; MISSING, which nothing equals, for those that have none."""
    made = (
        (each.name, each.default_factory() if each.default_factory is not MISSING else each.default)
        for each in fields(kind)
    )
    return tuple(made)


def task(data: Mapping[str, Any]) -> Task:
    """The task of `plain(task)`. Raises KeyError, TypeError or ValueError for what is none."""
    made: Task = record(Task)(data)
    return made


def event(data: Mapping[str, Any]) -> Event:
    """The event of `plain(event)`. Raises KeyError, TypeError or ValueError for what is none."""
    pairs = data.get("changes") or {}
    made: Event = record(Event)({**data, "changes": {name: tuple(pair) for name, pair in pairs.items()}})
    return made


@lru_cache(64)
def record(kind: type[Any]) -> Make:
    """How a record of this type is made from plain data."""
    hints = get_type_hints(kind)
    makers = {each.name: make for each in fields(kind) if (make := _maker(hints[each.name])) is not None}

    def make_record(data: Any) -> Any:
        made = {name: makers[name](data[name]) for name in makers if data.get(name) is not None}
        return kind(**{**data, **made})

    return make_record


def _maker(hint: Any) -> Make | None:
    """How a value of this type is made from plain data; None if it is the same in both."""
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is tuple:
        item = _maker(get_args(hint)[0])
        return tuple if item is None else lambda values: tuple(map(item, values))
    if not isinstance(hint, type):
        return None
    if is_dataclass(hint):
        return record(hint)
    if issubclass(hint, datetime):
        return datetime.fromisoformat
    return hint if issubclass(hint, Enum) else None
