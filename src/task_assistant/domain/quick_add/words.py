"""The line as words: where each stands, what it is compared as, and which ones are literal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from task_assistant.domain.quick_add.vocabulary import STARTERS

QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("`", "`"))
SIGNS = "!@#"
CLOSING = ",;.:"
LITERAL = "\0"  # equals no word of the grammar

_WORD = re.compile(r"\S+")
# A quote opens at the start of a word and closes at the end of one, so that 5" pipe and don't stay what they are.
_QUOTED = re.compile("|".join(rf"(?<![^\s(]){a}[^{b}]+{b}(?!\w)" for a, b in QUOTES))
_OPENING = "".join(opening for opening, _ in QUOTES)
# Only these keep what the others would lose: the dot of 3.12. and the capital of 3D, which is no number of days.
_AS_TYPED = re.compile(r"([0-9]{1,2}\.[0-9]{1,2}\.|[0-9]+[DW])[,;:]*")


@dataclass(frozen=True, slots=True)
class Word:
    """The n-th word of the line at `start`..`end`. `shown` is how the title has it, `core` what it is compared as."""

    n: int
    start: int
    end: int
    shown: str
    core: str

    @property
    def literal(self) -> bool:
        """Quoted or escaped: never more than a word of the title."""
        return self.core == LITERAL


def split(text: str) -> list[Word]:
    """All words, white space apart; a backslash that makes a word literal is not `shown`."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    return [_word(n, match, quoted) for n, match in enumerate(_WORD.finditer(text))]


def _word(n: int, match: re.Match[str], quoted: list[tuple[int, int]]) -> Word:
    start, end = match.span()
    typed = match.group()
    if any(start < b and a < end for a, b in quoted):
        return Word(n, start, end, typed, LITERAL)
    if typed[0] == "\\" and special(typed.lstrip("\\")):
        return Word(n, start, end, typed[1:], LITERAL)
    return Word(n, start, end, typed, core(typed))


def core(typed: str) -> str:
    """Lower-case and without closing punctuation; a word of nothing but punctuation stays as it is."""
    as_typed = _AS_TYPED.fullmatch(typed)
    return as_typed[1] if as_typed else typed.rstrip(CLOSING).lower() or typed


def special(typed: str) -> bool:
    """True for a word that has a sign or may begin a phrase, so that a backslash before it means something.

    Other backslashes, as in a path or a formula, stay.
    """
    signed = len(typed) > 1 and typed[0] in SIGNS + _OPENING
    return signed or typed[:1] in set("0123456789") or core(typed) in STARTERS
