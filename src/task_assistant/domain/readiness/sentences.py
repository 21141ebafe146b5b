"""The signs in a sentence, such as one of an e-mail: what is asked of the person, and whether anything is."""

from __future__ import annotations

from collections.abc import Iterable

from task_assistant.domain.readiness import phrases
from task_assistant.domain.readiness.phrases import MAILING
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, quoted, shortened


def votes(line: Reading) -> Iterable[Vote]:
    """A vote for every phrase that is there; a sentence with none of them asks nothing plainly."""
    return signs(line) or [Vote("nothing asked", "ask", 0.7, shortened(line.text))]


def signs(line: Reading) -> list[Vote]:
    """The votes of the phrases alone."""
    said = [(way, quoted(line.text, *match.span())) for way, match in phrases.said(line.lower)]
    marks = [(way.mark, words) for way, words in said if way.signal == MAILING]
    points = 1.6 / len(marks) if len(marks) > 1 else 0.8
    found = [Vote(MAILING, "ask", points, words, mark) for mark, words in marks]
    counted: set[str] = set()
    for way, words in said:
        if way.signal != MAILING:
            again = way.signal in counted  # said twice is not meant twice
            counted.add(way.signal)
            found.append(Vote(way.signal, way.side, 0.2 if again else way.points, words, way.mark))
    return found
