"""Tasks and events as compressed JSON and back, by the types of their fields: a new field needs no line here."""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from task_assistant.domain import whole
from task_assistant.domain.history import Event
from task_assistant.domain.task import Task


def packed(value: Any) -> bytes:
    """Plain data or a record of the domain as one value."""
    return zlib.compress(orjson.dumps(value), 1)


def unpacked(packed: bytes) -> Any:
    """The plain data of `packed`; times are texts."""
    return orjson.loads(zlib.decompress(packed))


def task(body: bytes) -> Task:
    """The task of `packed(task)`."""
    return whole.task(unpacked(body))


def event(body: bytes, seq: int) -> Event:
    """The event of `packed(event)`, at its place in the feed."""
    return whole.event({**unpacked(body), "seq": seq})
