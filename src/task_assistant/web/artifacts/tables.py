"""Tables: comma or tab separated values, and the pipe tables of Markdown."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from task_assistant.web.artifacts.blocks import Table
from task_assistant.web.artifacts.plain_text import visible

MOST_COLUMNS = 40
LONGEST_CELL = 500
LONGEST_RULE = 1_000  # of the line of dashes; the pattern backtracks over white space
_NUMBER = re.compile(r"[+\-−]?[\d.,'’\s]*\d[\d.,'’\s]*(?: ?[%€$£¥]| ?[A-Z]{3})?|[€$£¥] ?[\d.,'’]+")
_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?|\s*\|\s*:?-+:?\s*")
_PIPE = re.compile(r"(?<!\\)\|")


def separated(lines: list[str], most: int, *, tabs: bool) -> tuple[Table, int] | None:
    """The table, and how many rows were left out; None if the text is no table after all."""
    mark = "\t" if tabs else _mark(lines)
    try:
        rows = [row for row in csv.reader((f"{line}\n" for line in lines), delimiter=mark) if row]
    except csv.Error:
        return None
    if not rows or max(map(len, rows)) < 2:
        return None
    return table(rows[0], rows[1 : most + 1]), max(0, len(rows) - 1 - most)


def _mark(lines: list[str]) -> str:
    """The separator that the first line has most of; spreadsheets of half of Europe write `;`."""
    first = lines[0] if lines else ""
    return max((",", ";", "\t"), key=first.count)


def piped_length(lines: Sequence[str], start: int) -> int:
    """How many lines from `start` are a Markdown table; 0 if none begins there."""
    if start + 1 >= len(lines) or "|" not in lines[start] or len(lines[start + 1]) > LONGEST_RULE:
        return 0
    if not _RULE.fullmatch(lines[start + 1]):
        return 0
    if len(cells(lines[start])) != len(cells(lines[start + 1])):
        return 0
    end = start + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    return end - start


def piped(lines: Sequence[str]) -> Table:
    """The table that these lines of Markdown are."""
    return table(cells(lines[0]), [cells(line) for line in lines[2:]])


def cells(line: str) -> list[str]:
    """The cells of one line; a bar after a backslash belongs to its cell."""
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(inner)]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Rows filled up or cut to the same length."""
    width = min(MOST_COLUMNS, max([len(head), *map(len, rows)]))
    filled = tuple(_row(row, width) for row in rows)
    columns = zip(*filled, strict=True) if filled else iter([()] * width)
    return Table(_row(head, width), filled, tuple(_numeric(column) for column in columns))


def _row(row: Sequence[str], width: int) -> tuple[str, ...]:
    texts = [
        visible(cell) if len(cell) <= LONGEST_CELL else f"{visible(cell[:LONGEST_CELL])}…"
        for cell in row[:width]
    ]
    return (*texts, *([""] * (width - len(texts))))


def _numeric(column: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in column if cell.strip()]
    return bool(filled) and all(len(cell) <= 40 and _NUMBER.fullmatch(cell) for cell in filled)
