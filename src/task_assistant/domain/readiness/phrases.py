"""Ways in which people ask, invite, announce and advertise, by what they are a sign of: the rows of phrases.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pkgutil import get_data
from typing import NamedTuple, cast

from task_assistant.domain.readiness.lexicon import words
from task_assistant.domain.readiness.votes import Side

WORD = re.compile(r"[a-z0-9]+")
LONGEST_KEY = 4  # letters of the beginning of a word by which patterns are looked up
ANY = "*"
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
        Phrase(mark, cast("Side", side), float(points), re.compile(way))
        for mark, side, points, way in rows()
        if not mark.startswith(MAILING)
    )


@cache
def mailings() -> tuple[Phrase, ...]:
    """The marks of a mailing, all wordings of a mark in one pattern."""
    ways: dict[str, list[str]] = {}
    for mark, _, _, way in rows():
        if mark.startswith(MAILING):
            ways.setdefault(mark, []).append(way)
    return tuple(Phrase(mark, "ask", 0.8, re.compile("|".join(each))) for mark, each in ways.items())


def keys(text: str) -> Iterator[str]:
    """By what patterns are looked up: the beginnings of the text's words, and with `$` the short words themselves."""
    for word in WORD.findall(text):
        for end in range(1, min(len(word), LONGEST_KEY) + 1):
            yield word[:end]
        if len(word) <= LONGEST_KEY:
            yield word + "$"


def said(text: str) -> Iterator[tuple[Phrase, re.Match[str]]]:
    """The phrases of a lower-case text, in the order of the file, each with its first place."""
    index, ways = by_key()
    there = {ANY, *keys(text)}
    for place in sorted({place for key in there if key in index for place in index[key]}):
        way, also = ways[place]
        if not also.isdisjoint(there) and (match := way.words.search(text)):
            yield way, match


Needs = tuple[Phrase, frozenset[str]]  # a phrase, and beginnings of which one more must be there


@cache
def by_key() -> tuple[dict[str, tuple[int, ...]], tuple[Needs, ...]]:
    """Which phrases can be in a text with a word of this beginning, by their place; and all phrases."""
    index: dict[str, list[int]] = {}
    ways, needed = [], {mark: each for mark, *each in anchors()}
    for place, way in enumerate((*mailings(), *phrases())):
        first, *also = needed.get(way.mark, [ANY])
        ways.append((way, words(also[0] if also else ANY)))
        for key in first.split(" "):
            index.setdefault(key, []).append(place)
    return {key: tuple(places) for key, places in index.items()}, tuple(ways)


def anchors() -> Iterator[list[str]]:
    """The rows of anchors.tsv: a mark, and one or two sets of beginnings of words; one of each must be there."""
    for line in (get_data(__package__, "anchors.tsv") or b"").decode().splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def rows() -> Iterator[list[str]]:
    """Mark, side, points and pattern of each row, with the words in braces put in."""
    named: dict[str, str] = {}
    for line in (get_data(__package__, "phrases.tsv") or b"").decode().splitlines():
        if line.startswith("#"):
            continue
        *row, way = line.split("\t")
        if row[0] == "let":
            named[row[1]] = f"{named[row[1]]}|{way}" if row[1] in named else way
        else:
            yield [*row, NAMED.sub(lambda found: named[found[1]], way)]
