"""What a figure of the insights is made of on its page: headline, plot and table, and the cells of these."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from task_assistant.services.figures import DEFINITIONS, Length, Share
from task_assistant.web.templating import grouped


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, and the list of what it counts where there is one. Numbers stand at the right."""

    text: str
    href: str = ""
    number: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """One figure: what it is, its headline, its plot if any with the names of its series, and its table."""

    name: str
    title: str
    headline: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: Markup | None = None
    key: tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """The sentence that says what the figure is."""
        return DEFINITIONS[self.name]


def row(word: str, n: int, href: str = "") -> tuple[Cell, ...]:
    """A word, and how many."""
    return (Cell(word, number=False), count(n, href))


def count(n: int, href: str) -> Cell:
    """A number that leads to the list in which what it counts is found."""
    return Cell(grouped(n), href if n else "")


def percent(share: Share) -> str:
    """A share as `67%`; nothing where there is nothing to share."""
    return "" if share.share is None else f"{share.share:.0%}"


def lengths(length: Length) -> tuple[Cell, ...]:
    """How many there were, within what time half of them ended, and their mean."""
    half = "over 30 d" if length.half_within_seconds is None else span(length.half_within_seconds)
    return (Cell(grouped(length.n)), Cell(half), Cell(span(length.mean_seconds or 0)))


def span(seconds: int) -> str:
    """A duration in the largest unit of which there are two, or the smallest: `90 min`, `5 h`, `3 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
