"""What a run found, row by row, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: `value` in `unit`, most often a ratio. p50s in milliseconds are told beside it, for information.

    `bar` is what the project promises: `value` is `at most` or `at least` that.
    """

    group: str
    name: str
    value: float
    unit: str = "×"
    p50: float | None = None
    baseline_p50: float | None = None
    bar: float | None = None
    side: Literal["at most", "at least"] = "at most"
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the bar is kept; None without one."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.side == "at most" else self.value >= self.bar

    def plain(self) -> dict[str, Any]:
        """The row as JSON data."""
        return {**asdict(self), "holds": self.holds}


HEADINGS = ("", "value", "p50 ms", "baseline", "bar", "")


def table(rows: Sequence[Row]) -> str:
    """All rows as text, a heading before each group."""
    cells = [_cells(row) for row in rows]
    widths = [max(len(line[i]) for line in [HEADINGS, *cells]) for i in range(len(HEADINGS))]
    lines = [_line(HEADINGS, widths)]
    group = ""
    for row, line in zip(rows, cells, strict=True):
        if row.group != group:
            group = row.group
            lines += ["", group]
        lines.append(_line(line, widths))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    bar = "" if row.bar is None else f"{'≤' if row.side == 'at most' else '≥'} {row.bar:g}"
    verdict = {None: "", True: "holds", False: "MISSED"}[row.holds]
    told = " ".join(filter(None, (verdict, row.note)))
    return (
        f"  {row.name}",
        f"{_number(row.value)} {row.unit}",
        _ms(row.p50),
        _ms(row.baseline_p50),
        bar,
        told,
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _ms(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{milliseconds:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, last = cells[0].ljust(widths[0]), cells[-1]
    middle = "  ".join(cell.rjust(width) for cell, width in zip(cells[1:-1], widths[1:-1], strict=True))
    return f"{first}  {middle}  {last}".rstrip()
