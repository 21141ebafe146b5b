"""Ways in which people ask, invite, announce and advertise, by what they are a sign of: the rows of phrases.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pkgutil import get_data
from typing import NamedTuple, cast

from task_assistant.domain.readiness.votes import Side

NAMED = re.compile(r"\{([A-Z]+)\}")
MAILING = "mailing"


class Phrase(NamedTuple):
    """A way to say something: its mark (`request.3`), whom it speaks for, how strongly, how it is worded."""

    mark: str
    side: Side
    points: float
    words: re.Pattern[str]

    @property
    def signal(self) -> str:
        """What it is a sign of."""
        return self.mark.partition(".")[0]


@cache
def phrases() -> tuple[Phrase, ...]:
    """The ways of single sentences. Compiled at first use: start-up need not wait for two hundred patterns."""
    return tuple(
        Phrase(mark, cast("Side", side), float(points), re.compile(words))
        for mark, side, points, words in rows()
        if not mark.startswith(MAILING)
    )


@cache
def mailings() -> tuple[Phrase, ...]:
    """The marks of a mailing, all wordings of a mark in one pattern."""
    ways: dict[str, list[str]] = {}
    for mark, _, _, words in rows():
        if mark.startswith(MAILING):
            ways.setdefault(mark, []).append(words)
    return tuple(Phrase(mark, "ask", 0.8, re.compile("|".join(words))) for mark, words in ways.items())


def rows() -> Iterator[list[str]]:
    """Mark, side, points and pattern of each row, with the words in braces put in."""
    words: dict[str, str] = {}
    for line in (get_data(__package__, "phrases.tsv") or b"").decode().splitlines():
        if line.startswith("#"):
            continue
        *row, way = line.split("\t")
        if row[0] == "let":
            words[row[1]] = f"{words[row[1]]}|{way}" if row[1] in words else way
        else:
            yield [*row, NAMED.sub(lambda found: words[found[1]], way)]
