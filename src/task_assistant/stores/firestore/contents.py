"""Tasks and events as compressed JSON and back, by the types of their fields: a new field needs no line here."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from task_assistant.domain.assessment import Assessment
from task_assistant.domain.history import Event
from task_assistant.domain.task import Task

Make = Callable[[Any], Any]


def packed(value: Any) -> bytes:
    """Plain data or a record of the domain as one value."""
    return zlib.compress(orjson.dumps(value), 1)


def unpacked(packed: bytes) -> Any:
    """The plain data of `packed`; times are texts."""
    return orjson.loads(zlib.decompress(packed))


def task(body: bytes) -> Task:
    """The task of `packed(task)`."""
    made: Task = _record(Task)(unpacked(body))
    return made


def event(body: bytes, seq: int) -> Event:
    """The event of `packed(event)`, at its place in the feed."""
    data = unpacked(body)
    data["changes"] = {name: tuple(pair) for name, pair in data["changes"].items()}
    made: Event = _record(Event)({**data, "seq": seq})
    return made


@lru_cache(64)
def _record(kind: type[Any]) -> Make:
    """How a record of this type is made from plain data."""
    hints = get_type_hints(
        kind, localns={"Assessment": Assessment}
    )  # the task names it for type checkers only
    makers = {each.name: make for each in fields(kind) if (make := _maker(hints[each.name])) is not None}

    def make_record(data: Any) -> Any:
        for name, make in makers.items():
            if data.get(name) is not None:
                data[name] = make(data[name])
        return kind(**data)

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
        return _record(hint)
    if issubclass(hint, datetime):
        return datetime.fromisoformat
    return hint if issubclass(hint, Enum) else None
