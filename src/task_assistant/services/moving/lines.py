"""The lines of a dump: one JSON object each, with one member that says what it is. Equal items give equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson

from task_assistant.domain import whole
from task_assistant.domain.history import Event
from task_assistant.domain.records import Record
from task_assistant.domain.task import Task
from task_assistant.domain.times import from_text
from task_assistant.ports.documents import Document
from task_assistant.ports.moving import Filed, Item, Kept, Part

FORMAT, VERSION = "task-assistant-dump", 1
DERIVED = ("open_dependencies", "unblocks", "revision")
TASK = frozenset(each.name for each in fields(Task)) - frozenset(DERIVED)


def line(name: str, data: Mapping[str, Any]) -> bytes:
    """One line with its end: members sorted by name, UTF-8, no blanks."""
    return orjson.dumps({name: data}, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def encoded(item: Item) -> bytes:
    """The line of an item."""
    if isinstance(item, Kept):
        return line("task", _kept(item))
    if isinstance(item, Filed):
        return line("entry", {"task": item.task_id, **whole.plain(item.record)})
    return line("event" if isinstance(item, Event) else "document", whole.plain(item))


def _kept(item: Kept) -> dict[str, Any]:
    data: dict[str, Any] = whole.plain(item.task)
    for name in DERIVED:
        data.pop(name, None)
    data["written_at"] = whole.plain(item.written_at)
    if item.workers:
        data["workers"] = list(item.workers)
    if item.digest is not None:
        data["external_digest"] = item.digest
    return data


def decoded(part: Part, data: Any) -> Item:
    """The item of a line's member. Raises KeyError, TypeError or ValueError for what is none."""
    if part == "task":
        task = {name: value for name, value in data.items() if name in TASK}
        more = data.keys() - TASK - {"written_at", "workers", "external_digest"}
        if more:
            raise ValueError(f"a task has no field {min(more)}")
        workers = tuple(data.get("workers", ()))
        return Kept(whole.task(task), from_text(data["written_at"]), workers, data.get("external_digest"))
    if part == "entry":
        rest = {name: value for name, value in data.items() if name != "task"}
        return Filed(data["task"], Record(**rest))
    if part == "event":
        return whole.event(data)
    found: Document = whole.record(Document)(data)
    return found
