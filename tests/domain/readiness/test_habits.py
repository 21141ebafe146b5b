"""The personal delta follows a person with other habits, and leaves one who agrees alone. Lives are drawn by seed.

`python -m benchmarks.routing` prints the curves for a prior that has seen none of the texts.
"""

from __future__ import annotations

import random
from functools import cache
from statistics import mean

import pytest

from benchmarks.routing.data import texts
from task_assistant.domain.readiness import Delta, Features, Matter, features, prior

DECISIONS, NEXT, LIVES = 50, 100, 6
# Signs that the person sees differently from others, and whether the agent gets those tasks.
HABITS: dict[str, tuple[tuple[str, ...], bool]] = {
    "buys everything by hand": (("ordering", "money"), False),
    "keeps all messages": (("messaging", "request", "unknown"), False),
    "lets the agent call and answer": (("voice", "your word"), True),
    "keeps all scheduling": (("scheduling",), False),
    "lets the agent sort out bare nouns": (("no verb", "unclear"), True),
}
Decisions = list[tuple[Features, bool]]


@cache
def judged() -> list[tuple[Features, bool]]:
    return [(features(Matter(text.text)), text.owner == 0) for text in texts() if text.judged]


def life(seed: int, signs: tuple[str, ...], agent: bool) -> Decisions:
    drawn = random.Random(seed).sample(judged(), DECISIONS + NEXT)
    return [
        (seen, agent if any(f"sign:{sign}" in seen.named for sign in signs) else usual)
        for seen, usual in drawn
    ]


def learned(decisions: Decisions) -> Delta:
    own = Delta()
    for seen, agent in decisions:
        own = own.learn(seen, agent, 1.0)
    return own


def ranked(decisions: Decisions, own: Delta) -> float:
    """AUC: how often a task that the agent gets stands before one that it does not."""

    def chance(seen: Features) -> float:
        agent, human, ask = (b + s for b, s in zip(prior().logits(seen), own.shift(seen), strict=True))
        return prior().probabilities((agent, human, ask), prior().scale(seen))[0]

    given = [chance(seen) for seen, agent in decisions if agent]
    kept = [chance(seen) for seen, agent in decisions if not agent]
    return sum((g > k) + 0.5 * (g == k) for g in given for k in kept) / (len(given) * len(kept))


@pytest.mark.parametrize("habit", HABITS)
def test_after_fifty_decisions_the_next_hundred_are_ranked_better(habit: str) -> None:
    gains = []
    for seed in range(LIVES):
        decisions = life(seed, *HABITS[habit])
        past, coming = decisions[:DECISIONS], decisions[DECISIONS:]
        gains.append(ranked(coming, learned(past)) - ranked(coming, Delta()))
    assert mean(gains) > 0.003


def test_who_agrees_loses_nothing() -> None:
    losses = []
    for seed in range(LIVES):
        decisions = life(seed, (), agent=True)
        coming = decisions[DECISIONS:]
        losses.append(ranked(coming, Delta()) - ranked(coming, learned(decisions[:DECISIONS])))
    assert mean(losses) < 0.005
