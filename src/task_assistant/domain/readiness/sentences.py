"""The signs in a sentence, such as one of an e-mail: what is asked of the person, and whether anything is."""

from __future__ import annotations

from collections.abc import Iterable

from task_assistant.domain.readiness.phrases import mailings, phrases
from task_assistant.domain.readiness.reading import Reading
from task_assistant.domain.readiness.votes import Vote, quoted, shortened


def votes(line: Reading) -> Iterable[Vote]:
    """A vote for every phrase that is there; a sentence with none of them asks nothing plainly."""
    return signs(line) or [Vote("nothing asked", "ask", 0.7, shortened(line.text))]


def signs(line: Reading) -> list[Vote]:
    """The votes of the phrases alone."""
    return [*_mailing(line), *_phrases(line)]


def _mailing(line: Reading) -> Iterable[Vote]:
    said = [
        (way.mark, quoted(line.text, *match.span()))
        for way in mailings()
        if (match := way.words.search(line.lower))
    ]
    for mark, words in said:
        yield Vote("mailing", "ask", 1.6 / len(said) if len(said) > 1 else 0.8, words, mark)


def _phrases(line: Reading) -> Iterable[Vote]:
    counted: set[str] = set()
    for way in phrases():
        if match := way.words.search(line.lower):
            again = way.signal in counted  # said twice is not meant twice
            counted.add(way.signal)
            words = quoted(line.text, *match.span())
            yield Vote(way.signal, way.side, 0.2 if again else way.points, words, way.mark)
