"""Which lines of a text name a task: those with a prefix or a box, and the points under "Action items" and its like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PREFIXES: Final = ("me", "codex", "review", "blocked", "todo")
HEADINGS: Final = (
    "action items", "action points", "actions", "next steps", "to do", "todo", "to-do", "todos", "follow-ups",
    "follow ups",
)  # fmt: skip

_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪·–—]|\(?[0-9]{1,3}[.)])\s+")
_BOX = re.compile(r"\s*(?:\[(?P<mark>[ xX✓✔]?)\](?=\s)|(?P<sign>[☐☑☒✓✔✅]))\s*")
_PREFIX = re.compile(rf"(?P<prefix>{'|'.join(PREFIXES)})\s*:\s+(?=\S)", re.IGNORECASE)
_PRIORITY = re.compile(r"\[[pP!](?P<bracketed>[1-5])\]\s*|[pP!](?P<led>[1-5])\s*[:–—-]\s+")
_MARKDOWN = re.compile(r"\s{0,3}#{1,6}\s+(?P<words>.+?)\s*#*\s*$")
_BOLD = re.compile(r"\s{0,3}(?:\*\*|__)(?P<words>[^*_]+?):?(?:\*\*|__):?\s*$")
_COLON = re.compile(r"\s{0,3}(?P<words>[^:#>*`-][^:]{0,60}):\s*$")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_OPEN: Final = frozenset({"", " ", "☐"})


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line that names a task: what is left to read as quick-add, and what stood before it.

    `prefix` is one of PREFIXES or empty; `priority` from `P1:` or `[P1]` at its beginning; `ticked` is its box.
    """

    rest: str
    prefix: str = ""
    priority: int | None = None
    ticked: bool = False


def task_lines(text: str) -> Iterator[TaskLine]:
    """The lines that name tasks, in order. Code between fences names none."""
    section = _Section()
    fenced = False
    for line in text.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (found := section.read(line)) is not None:
            yield found


class _Section:
    """Where in the text we are: under a heading that announces tasks, and how they are written there."""

    def __init__(self) -> None:
        self._announced = False
        self._bulleted = False
        self._begun = False

    def read(self, line: str) -> TaskLine | None:
        """The task that the line names, if it does."""
        if (words := _heading(line)) is not None:
            self._announced, self._bulleted, self._begun = words in HEADINGS, False, False
            return None
        if not line.strip():
            if self._begun and not self._bulleted:
                self._announced = False  # a paragraph of plain lines has ended
            return None
        return self._point(line)

    def _point(self, line: str) -> TaskLine | None:
        bullet = _BULLET.match(line)
        found, boxed = _read(line[bullet.end() :] if bullet else line.strip())
        counts = boxed or bool(found.prefix)
        if self._announced and (bullet or boxed or not self._bulleted):
            self._begun, self._bulleted, counts = True, self._bulleted or bool(bullet), True
        elif self._announced and not line[:1].isspace():
            self._announced = False  # prose after the list
        return found if counts and found.rest else None


def _heading(line: str) -> str | None:
    """The words of a heading, lower case and without its colon; None for other lines."""
    for shape in (_MARKDOWN, _BOLD, _COLON):
        if match := shape.match(line):
            return match["words"].strip(" *_:").lower()
    bare = line.strip().lower()
    return bare if bare in HEADINGS else None


def _read(text: str) -> tuple[TaskLine, bool]:
    """What stands before the words of the line, and whether there was a box."""
    box = _BOX.match(text)
    if box:
        text = text[box.end() :]
    prefix = _PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :]
    priority = _PRIORITY.match(text)
    if priority:
        text = text[priority.end() :]
    mark = (box["mark"] if box["mark"] is not None else box["sign"]) if box else " "
    said = int(priority["bracketed"] or priority["led"]) if priority else None
    word = prefix["prefix"].lower() if prefix else ""
    return TaskLine(text.strip(), word, said, mark not in _OPEN), box is not None
