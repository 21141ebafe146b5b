"""A pasted list: several lines, several tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from task_assistant.domain import limits
from task_assistant.domain.quick_add.parsing import parse
from task_assistant.domain.quick_add.result import QuickAdd

_BULLET = r"(?:[-*+•‣◦▪·–—]|\(?[0-9]{1,3}[.)]|\(?[a-z]\))\s+"
_BOX = r"\[(?P<mark>[ xX✓✔]?)\](?=\s|$)|(?P<sign>[☐☑☒✓✔✅])"
_HEAD = re.compile(rf"\s*(?:{_BULLET})?(?:(?:{_BOX})\s*)?")
_RULE = re.compile(r"\s*([-*_=~#])(?:\s*\1){2,}\s*")
_LONE_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪·–—]|\(?[0-9]{1,3}[.)])\s*")
_OPEN = frozenset({"", " ", "☐"})


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: its number from 1, where what was read of it begins in the whole text, and what it says.

    Pieces count from `start`.
    """

    number: int
    start: int
    quick: QuickAdd


@dataclass(frozen=True, slots=True)
class Pasted:
    """Lines in the order of the text: `tasks` to create, `done` whose box is ticked, `failed` with an error.

    Only the first 500 lines that say something are read; `left_out` counts the others, so that nothing goes unseen.
    """

    tasks: tuple[Line, ...] = ()
    done: tuple[Line, ...] = ()
    failed: tuple[Line, ...] = ()
    left_out: int = 0


@dataclass(slots=True)
class _Sorted:
    tasks: list[Line] = field(default_factory=list)
    done: list[Line] = field(default_factory=list)
    failed: list[Line] = field(default_factory=list)


def parse_lines(text: str, now: datetime, zone: tzinfo) -> Pasted:
    """Each line that says something, read as by `parse`, without its bullet, number or box.

    Blank lines, lone bullets and ruled lines are skipped.
    """
    found, left_out, read, start = _Sorted(), 0, 0, 0
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        if _says_something(line):
            if read == limits.BATCH:
                left_out += 1
            else:
                read += 1
                _sort(found, number, start, line, now, zone)
        start += len(line)
    return Pasted(tuple(found.tasks), tuple(found.done), tuple(found.failed), left_out)


def _says_something(line: str) -> bool:
    if not line.strip() or _RULE.fullmatch(line) or _LONE_BULLET.fullmatch(line):
        return False
    head = _HEAD.match(line)
    return head is None or bool(line[head.end() :].strip())


def _sort(found: _Sorted, number: int, start: int, line: str, now: datetime, zone: tzinfo) -> None:
    head = _HEAD.match(line)
    skipped = head.end() if head else 0
    mark = (head["mark"] if head["mark"] is not None else head["sign"] or "") if head else ""
    read = Line(number, start + skipped, parse(line[skipped:].rstrip(), now, zone))
    if mark not in _OPEN:
        found.done.append(read)
    elif read.quick.error is not None:
        found.failed.append(read)
    else:
        found.tasks.append(read)
