"""What a careful reader sees at once: who must act, and what kind of work it is. Each sign is a vote with its words.

The points are a first guess. Training (benchmarks/routing) decides what they are worth; docs/readiness-model.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from task_assistant.domain.readiness.reading import SMALL, Reading

LONGEST = 60
Side = Literal["agent", "human", "ask"]


@dataclass(frozen=True, slots=True)
class Vote:
    """One sign: its name, whom it speaks for (`ask`: something is missing), how strongly, and by which words.

    `mark` names the one way of saying it, where training weighs ways apart.
    """

    signal: str
    side: Side
    points: float
    evidence: str
    mark: str = ""


def said(line: Reading, *words: str) -> str:
    """The words as they were written, for a reader who wants to see them again; “…” where others stand between."""
    wanted, kept = set(words), list[str]()
    between: list[str] = []
    for token in line.raw:
        if token.lower() in wanted:
            wanted.discard(token.lower())
            far = any(word.lower() not in SMALL for word in between)
            kept += [*(("…",) if far else between), token] if kept else [token]
            between = []
        else:
            between.append(token)
    return " ".join(kept) or " ".join(words)


def quoted(text: str, start: int, end: int) -> str:
    """What stands from start to end, in whole words, without the marks around it, at most 60 characters."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return shortened(text[start:end].strip(" ,.;:!-–—'\"()"))


def shortened(text: str) -> str:
    """On one line, cut at a word after 60 characters."""
    words = " ".join(text[: 4 * LONGEST].split())
    return words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0] + " …"


def totals(found: tuple[Vote, ...]) -> dict[Side, float]:
    """The points of each side."""
    sums: dict[Side, float] = {"agent": 0.0, "human": 0.0, "ask": 0.0}
    for vote in found:
        sums[vote.side] += vote.points
    return sums
