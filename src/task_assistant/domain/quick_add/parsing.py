"""One line: words with a sign first, then the phrases at its end; what is left is the title."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from task_assistant.domain.quick_add import grammar, reading, signs, spoken
from task_assistant.domain.quick_add.draft import Draft
from task_assistant.domain.quick_add.result import Piece, QuickAdd
from task_assistant.domain.quick_add.vocabulary import BELONGS_TO, FIXED_NAMES
from task_assistant.domain.quick_add.when import Before, Phrase, When
from task_assistant.domain.quick_add.words import Word, special, split
from task_assistant.domain.recurrence import Wish

LONGEST: Final = 2_000  # characters; a title has 240 at most, and reading stays a matter of microseconds


def parse(text: str, now: datetime, zone: tzinfo) -> QuickAdd:
    """The line, read at `now` (aware) by somebody whose clocks show the time of `zone`. Never raises for any text.

    The first of each thing counts (two due dates: the second stays in the title, unsure). All times are after `now`.
    """
    if len(text) > LONGEST:
        return QuickAdd(text, "", error=spoken.too_long(len(text), LONGEST))
    words = split(text)
    draft = Draft(text, words)
    plain = [word for word in words if not _signed(word, draft)]
    _take_phrases(plain, draft, now, zone)
    return draft.result()


def keep(text: str, piece: Piece) -> str:
    """The line with backslashes that keep this piece in the title, for a preview whose chips can be dismissed."""
    starts = [word.start for word in split(text) if piece.start <= word.start < piece.end]
    for start in reversed([start for start in starts if special(text[start:].split(maxsplit=1)[0])]):
        text = f"{text[:start]}\\{text[start:]}"
    return text


def _signed(word: Word, draft: Draft) -> bool:
    """True for a word with a sign: taken, or reported and therefore a word of the title like any other."""
    said = None if word.literal else signs.read(word.shown)
    return said is not None and draft.take([word], said)


def _take_phrases(plain: Sequence[Word], draft: Draft, now: datetime, zone: tzinfo) -> None:
    found = grammar.phrases([word.core for word in plain])
    inside = {n for phrase in found for n in range(phrase.first, phrase.after)}
    last = max((n for n in range(len(plain)) if n not in inside), default=-1)
    after_due = []
    for phrase in found:
        run = plain[phrase.first : phrase.after]
        if run[-1].n - run[0].n >= len(run):
            draft.doubt(_unbroken(run), phrase.kind, spoken.INTERRUPTED)
        elif phrase.first < last:
            if not (isinstance(phrase.said, When) and phrase.said.doubt):
                draft.doubt(run, phrase.kind, spoken.follows(phrase.kind))
        elif holder := _holder(plain, phrase, last):
            draft.doubt(run, phrase.kind, spoken.belongs(holder))
            last = phrase.after - 1
        elif isinstance(phrase.said, Before | Wish):
            after_due.append((phrase, run))
        elif not draft.take(run, reading.read(phrase, None, now, zone)):
            last = phrase.after - 1
    for phrase, run in after_due:
        draft.take(run, reading.read(phrase, draft.due, now, zone))


def _holder(plain: Sequence[Word], phrase: Phrase, last: int) -> str:
    """The word of the title before the phrase, when the phrase belongs to it; else nothing."""
    word = plain[last].core if last >= 0 else ""
    named = word in FIXED_NAMES.get(plain[phrase.first].core, ())
    return plain[last].shown if named or word in BELONGS_TO else ""


def _unbroken(run: Sequence[Word]) -> Sequence[Word]:
    """The first words of the run that are neighbours."""
    gap = next(n for n in range(1, len(run)) if run[n].n != run[n - 1].n + 1)
    return run[:gap]
