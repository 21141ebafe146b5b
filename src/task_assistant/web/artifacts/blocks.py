"""What a viewed artifact is made of. Plain data: the template places it, and every text in it is only ever text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

LineKind = Literal["added", "removed", "same", "hunk", "note"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff with its numbers in the old and the new file; `sign` is what it began with."""

    kind: LineKind
    text: str
    old: int | None = None
    new: int | None = None

    @property
    def sign(self) -> str:
        """`+`, `-` or nothing, so that colour is not the only sign."""
        return {"added": "+", "removed": "−"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class DiffFile:
    """The changes of one file, `name` empty when the diff names none."""

    name: str
    added: int
    removed: int
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """A unified diff, file by file; the counts are those of the whole diff, also where it is cut."""

    block: ClassVar[str] = "diff"
    files: tuple[DiffFile, ...]
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal length; `numeric` says which columns hold only numbers, and so are set flush right."""

    block: ClassVar[str] = "table"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """Text for reading: wraps, in the page's own type."""

    block: ClassVar[str] = "prose"

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Text whose columns matter: logs, code, JSON."""

    block: ClassVar[str] = "listing"

    text: str


Block = Diff | Table | Prose | Listing


@dataclass(frozen=True, slots=True)
class View:
    """An artifact as it is shown: what it is, its blocks, and how many lines (rows) were left out at the end."""

    kind: str
    blocks: tuple[Block, ...]
    left_out: int = 0
