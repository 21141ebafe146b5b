"""The task as it takes shape while its line is read: the first of each thing counts, the rest stays in the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from task_assistant.domain import limits
from task_assistant.domain.quick_add import spoken
from task_assistant.domain.quick_add.result import FIELDS, Kind, Piece, QuickAdd
from task_assistant.domain.quick_add.signs import Reading
from task_assistant.domain.quick_add.words import Word

_HANGING = ",;:"
_DASHES = frozenset({"-", "–", "—", "|", "·", *_HANGING})


class Draft:
    """Collects pieces; `result` is the line, read."""

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self._text = text
        self._words = words
        self._said: dict[Kind, Any] = {}
        self._understood: list[Piece] = []
        self._unsure: list[Piece] = []
        self._taken: set[int] = set()

    @property
    def due(self) -> datetime | None:
        """The due time, when one has been taken."""
        return self._said.get(Kind.DUE)

    def take(self, run: Sequence[Word], reading: Reading) -> bool:
        """Takes these neighbouring words out of the title, or reports why they stay."""
        why = reading.sentence if reading.value is None else self._clash(reading)
        if why:
            self.doubt(run, reading.kind, why)
            return False
        if reading.kind is Kind.LABEL:
            self._said[Kind.LABEL] = tuple(dict.fromkeys((*self._labels, reading.value)))
        else:
            self._said[reading.kind] = reading.value
        self._understood.append(Piece(run[0].start, run[-1].end, reading.kind, reading.sentence))
        self._taken.update(word.n for word in run)
        return True

    def doubt(self, run: Sequence[Word], kind: Kind, why: str) -> None:
        """Reports words that stay in the title though they look like more."""
        start, end = run[0].start, run[-1].end
        typed = " ".join(self._text[start:end].split())
        self._unsure.append(Piece(start, end, kind, spoken.stays(typed, why)))

    def result(self) -> QuickAdd:
        """The line, read."""
        title = " ".join(self._title())
        series = self._said.get(Kind.RECURRENCE)
        if series is not None:
            self._said.setdefault(Kind.DUE, series.starts_at)
        return QuickAdd(
            self._text,
            title,
            **{FIELDS[kind]: value for kind, value in self._said.items()},
            understood=_in_order(self._understood),
            unsure=_in_order(self._unsure),
            error=_error(title, anything=bool(self._taken)),
        )

    @property
    def _labels(self) -> tuple[object, ...]:
        return tuple(self._said.get(Kind.LABEL, ()))

    def _clash(self, reading: Reading) -> str:
        if reading.kind is Kind.LABEL:
            full = len(self._labels) >= limits.LABELS and reading.value not in self._labels
            return spoken.TOO_MANY_LABELS if full else ""
        return (
            spoken.second(reading.kind)
            if self._said.get(reading.kind, reading.value) != reading.value
            else ""
        )

    def _title(self) -> list[str]:
        kept = [word for word in self._words if word.n not in self._taken]
        shown = [word.shown for word in kept]
        if kept:
            hanging = self._take_hanging(kept[-1])
            shown[-1] = shown[-1][: len(shown[-1]) - hanging]
        return [word for word in shown if word]

    def _take_hanging(self, last: Word) -> int:
        """Gives the comma or dash that ends the title to the piece taken after it; how many characters."""
        after = [piece for piece in self._understood if piece.start > last.start]
        if not after or any(piece.end >= last.end for piece in self._unsure):
            return 0
        rest = "" if last.shown in _DASHES else last.shown.rstrip(_HANGING)
        hanging = len(last.shown) - len(rest)
        if hanging:
            first = min(after, key=lambda piece: piece.start)
            self._understood[self._understood.index(first)] = replace(first, start=last.end - hanging)
        return hanging


def _in_order(pieces: list[Piece]) -> tuple[Piece, ...]:
    return tuple(sorted(pieces, key=lambda piece: piece.start))


def _error(title: str, *, anything: bool) -> str | None:
    if not title:
        return spoken.NO_TITLE if anything else spoken.EMPTY
    if len(title) > limits.TITLE:
        return spoken.too_long(len(title), limits.TITLE)
    if "\0" in title or any("\ud800" <= c <= "\udfff" for c in title):
        return spoken.NOT_TEXT
    return None
