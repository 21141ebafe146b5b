"""The signs in a sentence, such as one of an e-mail: what is asked of the person, and whether anything is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from task_assistant.domain.readiness.phrases import MAILING, PHRASES
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Side, Vote


class Phrase(NamedTuple):
    """A way to say something: its mark, what it is a sign of, whom it speaks for, how strongly, how it is worded."""

    mark: str
    signal: str
    side: Side
    points: float
    words: re.Pattern[str]


WAYS = tuple(
    Phrase(f"{signal}.{at}", signal, side, points, re.compile(way))
    for signal, side, points, ways in PHRASES
    for at, way in enumerate(ways)
)
MAILED = tuple((name, re.compile("|".join(ways))) for name, ways in MAILING)


def votes(line: Reading) -> Iterable[Vote]:
    """A vote for every phrase that is there; a sentence with none of them asks nothing plainly."""
    return signs(line) or [Vote("nothing asked", "ask", 0.7, line.text.strip()[:60])]


def signs(line: Reading) -> list[Vote]:
    """The votes of the phrases alone."""
    return [*_mailing(line), *_phrases(line)]


def _mailing(line: Reading) -> Iterable[Vote]:
    said = [(name, match[0]) for name, words in MAILED if (match := words.search(line.lower))]
    for name, words in said:
        yield Vote("mailing", "ask", 1.6 / len(said) if len(said) > 1 else 0.8, words, f"mailing.{name}")


def _phrases(line: Reading) -> Iterable[Vote]:
    counted: set[str] = set()
    for way in WAYS:
        if match := way.words.search(line.lower):
            quoted = " ".join(line.text[match.start() : match.end()].split())[:60]
            again = way.signal in counted  # said twice is not meant twice
            counted.add(way.signal)
            yield Vote(way.signal, way.side, 0.2 if again else way.points, quoted, way.mark)
