"""Taskwarrior: the JSON of `task export` (taskwarrior.org/docs/design/task: a list, or one object a line)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from task_assistant.domain.imports.notes import Frame, Imported, Unreadable, parsed, rows_of
from task_assistant.domain.times import to_text

PRIORITY = {"H": 1, "M": 3, "L": 5}
DERIVED = {"id", "urgency", "mask", "imask", "parent", "modified", "end", "rtype", "template", "last"}
READ = {
    "uuid", "description", "status", "entry", "due", "wait", "scheduled", "priority", "project", "tags", "annotations",
    "depends", "start", "recur", "until",
}  # fmt: skip


def read(text: str, _: Frame) -> Imported:
    """All tasks but deleted ones and the templates of recurring ones."""
    found = Imported("taskwarrior", "Taskwarrior")
    for row in _rows(text):
        if not isinstance(row.get("uuid"), str) or not isinstance(row.get("description"), str):
            raise Unreadable("a task has no uuid or no description")
        if row.get("status") == "deleted":
            found.lost("status deleted", "deleted tasks stay behind")
        elif row.get("status") == "recurring":
            found.lost("status recurring", "the template of a recurring task; its open instances come over")
        else:
            _add(found, row)
    return found


def _rows(text: str) -> list[dict[str, Any]]:
    if text.lstrip().startswith("["):
        return rows_of(parsed(text), "tasks")
    try:  # the format of versions before 2.4, which hooks and sync still write
        return rows_of(
            [json.loads(line.rstrip().rstrip(",")) for line in text.splitlines() if line.strip()], "tasks"
        )
    except ValueError as problem:
        raise Unreadable(f"it is neither a JSON list nor one JSON object a line: {problem}") from None


def _add(found: Imported, row: dict[str, Any]) -> None:
    name = f"taskwarrior:{row['uuid']}"
    depends = row.get("depends") or []
    needed = depends.split(",") if isinstance(depends, str) else depends
    if needed:
        found.needs[name] = [f"taskwarrior:{uuid}" for uuid in needed]
        found.kept("depends", "depends_on")
    found.kept("description", "title")
    found.add(
        name, row["description"], _context(found, row), labels=_labels(found, row), **_status(found, row),
        **_times(found, row), **_priority(found, row),
    )  # fmt: skip
    for each in sorted(DERIVED & row.keys()):
        found.lost(each, "Taskwarrior's own bookkeeping")
    found.left(row, READ | DERIVED, "a user-defined attribute; there is no such field")


def _status(found: Imported, row: dict[str, Any]) -> dict[str, str]:
    if row.get("status") == "completed":
        found.mapped("status completed", "status done, completed now")
        return {"status": "done"}
    if "start" in row:
        found.mapped("start", "status in_progress, yours")
        return {"status": "in_progress", "assignee": "me"}
    return {}


def _times(found: Imported, row: dict[str, Any]) -> dict[str, str]:
    said: dict[str, str] = {}
    if due := _moment(row.get("due")):
        found.kept("due", "due_at")
        said["due_at"] = due
    waits = {each: at for each in ("wait", "scheduled") if (at := _moment(row.get(each)))}
    if waits:
        said["deferred_until"] = max(waits.values())
        for each in waits:
            found.mapped(each, "deferred_until, the later of wait and scheduled")
    for each in ("recur", "until"):
        if each in row:
            found.lost(each, "recurrence; written in the source context")
    return said


def _priority(found: Imported, row: dict[str, Any]) -> dict[str, int]:
    if row.get("priority") not in PRIORITY:
        return {}
    found.mapped("priority", "H is 1, M is 3, L is 5")
    return {"priority": PRIORITY[row["priority"]]}


def _labels(found: Imported, row: dict[str, Any]) -> list[str]:
    for _ in row.get("tags") or ():
        found.kept("tags", "labels")
    if row.get("project"):
        found.mapped("project", "a label")
    return [*(row.get("tags") or ()), *([row["project"]] if row.get("project") else ())]


def _context(found: Imported, row: dict[str, Any]) -> list[str]:
    lines = [f"{each}: {row[each]}" for each in ("project", "recur", "until") if row.get(each)]
    if entry := _moment(row.get("entry")):
        found.mapped("entry", "part of the source context")
        lines.append(f"Created {entry}")
    for note in row.get("annotations") or ():
        found.mapped("annotations", "part of the source context")
        lines.append(f"{_moment(note.get('entry')) or ''} {note.get('description', '')}".strip())
    return lines


def _moment(text: Any) -> str | None:
    """`20260507T090000Z`, which is how Taskwarrior writes UTC."""
    try:
        return to_text(datetime.strptime(str(text), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return None
