"""Todoist: the CSV of a project (project menu → Export as a template; todoist.com/help, "Format a CSV file")."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

from task_assistant.domain.imports.notes import WORKDAY_ENDS, Frame, Imported, Unreadable, day
from task_assistant.domain.quick_add import every, parse
from task_assistant.domain.times import to_text

LABEL = re.compile(r"(?<!\S)@(\S+)")
READ = {"TYPE", "CONTENT", "DESCRIPTION", "PRIORITY", "INDENT", "DATE", "DEADLINE", "AUTHOR", "RESPONSIBLE"}
DERIVED = {"DATE_LANG", "DEADLINE_LANG", "TIMEZONE", "META", "IS_COLLAPSED"}
RECURS = re.compile(r"\b(every|daily|weekly|monthly|yearly|weekdays|workdays)\b", re.IGNORECASE)


def read(text: str, frame: Frame) -> Imported:
    """All tasks, sub-tasks too; a section becomes a label, a note part of the context of the task above it.

    The file has no ids: section, parents and words of a task name it, so one that was reworded is a new task.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if not rows.fieldnames or not {"TYPE", "CONTENT"} <= {str(name).upper() for name in rows.fieldnames}:
        raise Unreadable("the first line has no columns TYPE and CONTENT")
    found, reading = Imported("todoist", "Todoist"), _Reading()
    try:
        for row in rows:
            said = {str(name).upper(): (value or "").strip() for name, value in row.items() if name}
            _take(found, reading, said, frame)
    except csv.Error as problem:
        raise Unreadable(f"line {rows.line_num} is no CSV: {problem}") from None
    reading.finish(found)
    return found


@dataclass(slots=True)
class _Reading:
    """Where in the file we are. A task is added once its notes, which follow it, are known."""

    section: str = ""
    parents: list[str] = field(default_factory=list)
    pending: tuple[str, str, dict[str, object]] | None = None
    context: list[str] = field(default_factory=list)

    def finish(self, found: Imported) -> None:
        if self.pending is not None:
            external_id, title, fields = self.pending
            found.add(external_id, title, self.context, **fields)
        self.pending, self.context = None, []


def _take(found: Imported, reading: _Reading, row: dict[str, str], frame: Frame) -> None:
    kind = row["TYPE"].lower()
    if kind == "task":
        reading.finish(found)
        _begin(found, reading, row, frame)
    elif kind == "section":
        reading.finish(found)
        reading.section, reading.parents = row["CONTENT"], []
    elif kind == "note" and reading.pending is not None:
        found.mapped("note", "part of the source context")
        who = f"{row['AUTHOR']}: " if row.get("AUTHOR") else ""
        reading.context.append(who + row["CONTENT"])
    elif kind == "note":
        found.lost("note of a project", "it belongs to no task")
    elif kind not in ("", "meta"):
        found.lost(f"TYPE {kind}", "it is no task")


def _begin(found: Imported, reading: _Reading, row: dict[str, str], frame: Frame) -> None:
    depth = max(1, int(row["INDENT"]) if row.get("INDENT", "").isdigit() else 1)
    parents = reading.parents[: depth - 1]
    labels = LABEL.findall(row["CONTENT"])
    title = LABEL.sub("", row["CONTENT"]) if LABEL.sub("", row["CONTENT"]).strip() else row["CONTENT"]
    found.kept("CONTENT", "title")
    for _ in labels:
        found.mapped("@label", "a label")
    fields: dict[str, object] = {"labels": [*labels, reading.section], "description": row.get("DESCRIPTION")}
    if row.get("DESCRIPTION"):
        found.kept("DESCRIPTION", "description")
    fields |= {**_priority(found, row), **_due(found, row, frame)}
    reading.pending = found.stable_id(reading.section, *parents, row["CONTENT"]), title, fields
    reading.context = _context(found, reading, parents, row)
    reading.parents = [*parents, " ".join(title.split())]
    found.left(row, READ | DERIVED, "there is no such field")


def _priority(found: Imported, row: dict[str, str]) -> dict[str, int]:
    if row.get("PRIORITY") not in ("1", "2", "3", "4"):
        return {}
    found.kept("PRIORITY", "priority: 1 is the most urgent in both")
    return {"priority": int(row["PRIORITY"])}


def _due(found: Imported, row: dict[str, str], frame: Frame) -> dict[str, str]:
    """A deadline wins over the date. Dates are what people typed: days, or words that quick-add understands, too."""
    at, again = None, dict[str, str]()
    for name in ("DEADLINE", "DATE"):
        said = row.get(name, "")
        if said and at is not None:
            found.mapped(f"{name} beside a DEADLINE", "part of the source context")
        if not said or at is not None:
            continue
        if RECURS.search(said):
            again = _again(found, name, said)
            continue
        at = day(said, WORKDAY_ENDS, frame)
        read_as = None if at else parse(f"x {said}", frame.now, frame.zone)
        if read_as is not None and read_as.due is not None and read_as.title == "x":
            at = to_text(read_as.due)
        if at is not None:
            found.mapped(name, "due_at; 17:00 where there is no time")
        else:
            found.lost(f"{name}, not understood", "written in the source context")
    return again | ({} if at is None else {"due_at": at})


def _again(found: Imported, name: str, said: str) -> dict[str, str]:
    """When it comes again, where quick-add has the same words, to the last; `every!` counts from when it was done."""
    words = said.lower().replace("every!", "every") + (" after done" if "every!" in said.lower() else "")
    if every.whole(words) is None:
        found.lost(f"{name}, recurring", "not understood; written in the source context")
        return {}
    found.mapped(f"{name}, recurring", "recurrence, from the first such date on")
    return {"recurrence": words}


def _context(found: Imported, reading: _Reading, parents: list[str], row: dict[str, str]) -> list[str]:
    lines = [
        f"{name.capitalize()}: {row[name]}"
        for name in ("DATE", "DEADLINE", "AUTHOR", "RESPONSIBLE")
        if row.get(name)
    ]
    for name in ("AUTHOR", "RESPONSIBLE"):
        if row.get(name):
            found.mapped(name, "part of the source context")
    if reading.section:
        found.mapped("section", "a label, and part of the source context")
        lines.insert(0, f"Section: {reading.section}")
    if parents:
        found.mapped("INDENT", "sub-tasks are tasks; the parent is named in the source context")
        lines.insert(0, f"Part of: {' › '.join(parents)}")
    return lines
