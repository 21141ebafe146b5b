"""What has changed in a text, word by word, with a little of what stayed around it. Bounded work for any texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
AROUND = 12  # words and gaps of what stayed the same, on either side of a change
MOST = 500  # words compared one by one; beyond that the whole stretch counts as replaced
LONGEST = 4_000  # characters shown of one stretch


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text: kept (perhaps shortened), removed or added."""

    kind: Literal["same", "removed", "added"]
    text: str


def words(before: str, after: str) -> tuple[Stretch, ...]:
    """The stretches in their order; nothing when the texts are equal."""
    if before == after:
        return ()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    parts = [("same", old[:head]), *middle, ("same", old[len(old) - tail :])]
    last = len(parts) - 1
    return tuple(
        Stretch(kind, _shortened(kind, part, n == 0, n == last))  # type: ignore[arg-type]
        for n, (kind, part) in enumerate(parts)
        if part
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    most = min(len(one), len(other))
    return next((n for n in range(most) if one[n] != other[n]), most)


def _middle(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    if len(old) > MOST or len(new) > MOST:
        return [("removed", old), ("added", new)]
    return list(_compared(old, new))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str]]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", old[a:b]
        else:
            yield "removed", old[a:b]
            yield "added", new[c:d]


def _shortened(kind: str, part: list[str], first: bool, last: bool) -> str:
    if kind != "same":
        text = "".join(part)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
    if first:
        return "".join(part) if len(part) <= AROUND else "… " + "".join(part[-AROUND:]).lstrip()
    if last:
        return "".join(part) if len(part) <= AROUND else "".join(part[:AROUND]).rstrip() + " …"
    if len(part) <= 2 * AROUND:
        return "".join(part)
    return f"{''.join(part[:AROUND]).rstrip()} … {''.join(part[-AROUND:]).lstrip()}"
