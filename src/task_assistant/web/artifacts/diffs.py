"""Unified diffs, as `git diff` and `diff -u` write them, and looser ones as agents write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from task_assistant.web.artifacts.blocks import Diff, DiffFile, DiffLine, LineKind
from task_assistant.web.artifacts.plain_text import shown

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_GIT = re.compile(r'diff --git "?a/(.*?)"? "?b/(.*?)"?')
_KINDS: dict[str, LineKind] = {"+": "added", "-": "removed", " ": "same", "": "same"}
NOWHERE = "/dev/null"
LONGEST_NAMES = 1_000


def is_diff(lines: list[str]) -> bool:
    """True if the text says itself that it is a unified diff."""
    begins = any(line.startswith("diff --git ") for line in lines[:3])
    heads = {line[:4] for line in lines[:200] if line.startswith(("--- ", "+++ "))}
    return begins or (len(heads) == 2 and any(_HUNK.match(line) for line in lines[:200]))


def parse(lines: list[str], most: int) -> tuple[Diff, int]:
    """The diff cut to `most` lines, and how many were left out. Never fails: what it cannot place is a note."""
    files = tuple(_files(lines))
    added, removed = sum(file.added for file in files), sum(file.removed for file in files)
    kept: list[DiffFile] = []
    room = most
    for file in files:
        if room <= 0 and kept:
            break
        kept.append(replace(file, lines=file.lines[:room]))
        room -= len(file.lines)
    total = sum(len(file.lines) for file in files)
    return Diff(tuple(kept), added, removed), total - sum(len(file.lines) for file in kept)


@dataclass
class _Open:
    """A file being read, and how many lines of its hunk are still to come."""

    name: str = ""
    lines: list[DiffLine] = field(default_factory=list)
    old: int = 0
    new: int = 0
    old_left: int = 0
    new_left: int = 0
    loose: bool = True  # before any hunk head: a line counts by its first character alone

    @property
    def in_hunk(self) -> bool:
        return self.old_left > 0 or self.new_left > 0

    def closed(self) -> DiffFile:
        kinds = [line.kind for line in self.lines]
        return DiffFile(shown(self.name), kinds.count("added"), kinds.count("removed"), tuple(self.lines))


def _files(lines: Iterable[str]) -> Iterator[DiffFile]:
    here = _Open()
    for line in lines:
        named = None if here.in_hunk else _begins(line)
        if named is not None and (here.lines or here.name) and not _same_file(here, line):
            yield here.closed()
            here = _Open()
        if named is None:
            _take(here, line)
        elif named and named != NOWHERE:
            here.name = named
    if here.lines or here.name:
        yield here.closed()


def _same_file(here: _Open, line: str) -> bool:
    """`---` and `+++` that follow a `diff --git` line or each other, before the first hunk, name the same file."""
    before_hunk = all(kept.kind == "note" for kept in here.lines)
    return before_hunk and not line.startswith("diff --git ")


def _begins(line: str) -> str | None:
    """The file that a head line names, None for any other line."""
    if line.startswith("diff --git "):
        found = _GIT.fullmatch(line[:LONGEST_NAMES])
        if found is None:
            return line[len("diff --git ") :]
        return found[2] if found[1] == found[2] else f"{found[1]} → {found[2]}"
    if line.startswith(("--- ", "+++ ")):
        return line[4:].partition("\t")[0].removeprefix("a/" if line[0] == "-" else "b/")
    return None


def _take(here: _Open, line: str) -> None:
    found = None if here.in_hunk else _HUNK.match(line)
    if found is not None:
        here.old, here.new = int(found[1]), int(found[3])
        here.old_left = int(found[2]) if found[2] is not None else 1
        here.new_left = int(found[4]) if found[4] is not None else 1
        here.loose = False
        here.lines.append(DiffLine("hunk", shown(line)))
    elif line[:1] in _KINDS and (here.in_hunk or (here.loose and line[:1] in ("+", "-"))):
        _changed(here, _KINDS[line[:1]], shown(line[1:]))
    elif not line.startswith("index "):  # git's names for the contents; nobody decides by them
        here.lines.append(DiffLine("note", shown(line)))


def _changed(here: _Open, kind: LineKind, text: str) -> None:
    old = here.old if kind != "added" and not here.loose else None
    new = here.new if kind != "removed" and not here.loose else None
    here.lines.append(DiffLine(kind, text, old, new))
    if kind != "added":
        here.old, here.old_left = here.old + 1, here.old_left - 1
    if kind != "removed":
        here.new, here.new_left = here.new + 1, here.new_left - 1
