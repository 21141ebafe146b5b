"""What a careful reader sees at once: who must act, and what kind of work it is. Each sign is a vote with its words.

The points are a reader's first guess. Training (benchmarks/routing) decides what they are worth; docs/readiness.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from task_assistant.domain.readiness.reading import Reading

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
    """The words as they were written, for a reader who wants to see them again."""
    wanted = set(words)
    kept = [token for token in line.raw if token.lower() in wanted]
    return " ".join(dict.fromkeys(kept)) or " ".join(words)


def totals(found: tuple[Vote, ...]) -> dict[Side, float]:
    """The points of each side."""
    sums: dict[Side, float] = {"agent": 0.0, "human": 0.0, "ask": 0.0}
    for vote in found:
        sums[vote.side] += vote.points
    return sums
