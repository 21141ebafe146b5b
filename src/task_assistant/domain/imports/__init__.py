"""Tasks out of other tools' exports: pure functions from the text of a file to items as `POST /api/tasks` takes them.

Nothing is guessed in silence: each field of the other tool is kept, mapped (with how) or named as not mappable.
"""

from __future__ import annotations

from collections.abc import Callable

from task_assistant.domain.imports import github, taskwarrior, todoist, todotxt, trello
from task_assistant.domain.imports.notes import Frame, Imported, Unreadable
from task_assistant.domain.imports.notes import Note as Note

Read = Callable[[str, Frame], Imported]

FORMATS: dict[str, Read] = {
    "github": github.read,
    "taskwarrior": taskwarrior.read,
    "todoist": todoist.read,
    "todotxt": todotxt.read,
    "trello": trello.read,
}

GZIP = b"\x1f\x8b"
SIGNS = (
    ("trello", ('"idBoard"', '"idOrganization"', '"lists"')),
    ("taskwarrior", ('"uuid"',)),
    ("github", ('"number"',)),
)


def guess(begins: bytes) -> str | None:
    """What a file is by how it begins; "dump" for our own. None if it is not clear: any text may be a todo.txt."""
    if begins.startswith((GZIP, b'{"header":')):
        return "dump"
    text = begins.decode("utf-8-sig", "ignore").lstrip()
    first = text.split("\n", 1)[0].upper()
    if "TYPE" in first and "CONTENT" in first:
        return "todoist"
    if text[:1] in ("{", "["):
        return next((name for name, marks in SIGNS if any(mark in text for mark in marks)), None)
    return None


__all__ = ["FORMATS", "Frame", "Imported", "Note", "Read", "Unreadable", "guess"]
