"""What this person's decisions change about the prior: small weights on the same signs, learned one by one.

Online Bayesian logistic regression with one Gaussian a weight (assumed-density filtering, Bishop 4.5 with a diagonal
covariance). A sign that was seen often moves little; where the model was right already nothing moves, so a person who
agrees with it loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from task_assistant.domain.readiness.features import Features
from task_assistant.domain.readiness.prior import NOTHING, Prior, Three, prior

Weight = tuple[float, float]  # towards the agent; how sure that is: one over its variance
# How far a habit may be from everybody's: the variance of a weight before any decision, by the start of its name.
FREE = {"sign:": 0.7, "head:": 0.5, "from:": 0.4, "context.": 0.2, "style.": 0.15, "#": 0.02}
MOST = 1_500  # weights that are kept; the smallest go first


@dataclass(frozen=True)
class Delta:
    """Weights by feature: named ones by their name, hashed ones as `#bucket`. `count` decisions made them."""

    weights: Mapping[str, Weight] = field(default_factory=dict)
    count: int = 0

    def lean(self, features: Features) -> float:
        """In logits: towards the agent, or negative towards the person."""
        if not self.weights:
            return 0.0
        weights = self.weights
        return sum(value * weights[name][0] for name, value, _ in _own(features) if name in weights)

    def shift(self, features: Features) -> Three:
        """What is added to the prior's logits of agent, human and "ask first"."""
        lean = self.lean(features)
        return (lean / 2, -lean / 2, 0.0) if lean else NOTHING

    def learn(self, features: Features, agent: bool, weight: float, model: Prior | None = None) -> Delta:
        """After one more decision for the agent, or for the person, over the shipped prior or another `model`.

        The same decisions in order give the same delta.
        """
        p = _chance((model or prior()).logits(features), self.shift(features))
        wrong, bend = (float(agent) - p) * weight, max(p * (1 - p), 0.02) * weight
        weights = dict(self.weights)
        for name, value, free in _own(features):
            mean, precision = weights.get(name, (0.0, 1.0 / free))
            precision += bend * value * value
            weights[name] = (round(mean + wrong * value / precision, 4), round(precision, 3))
        return Delta(_kept(weights), self.count + 1)

    def explain(self, limit: int) -> list[tuple[str, float]]:
        """The signs that moved most, with the points towards the agent (negative: towards the person)."""
        named = [(name, mean) for name, (mean, _) in self.weights.items() if name[0] != "#"]
        return sorted(named, key=lambda each: (-abs(each[1]), each[0]))[:limit]

    def points(self, name: str) -> float:
        """What decisions on one named sign did: towards the agent, or negative towards the person."""
        return self.weights.get(name, (0.0, 0.0))[0]

    def dump(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"count": self.count, "weights": {name: list(weight) for name, weight in self.weights.items()}}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Delta:
        """What `dump` gave."""
        return cls({name: (mean, sure) for name, (mean, sure) in data["weights"].items()}, int(data["count"]))


def _own(features: Features) -> list[tuple[str, float, float]]:
    """The features that habits are about, with the variance that each begins with."""
    own = []
    for name, value in features.named.items():
        for start, free in FREE.items():
            if name.startswith(start):
                own.append((name, value, free))
    own += [(f"#{place}", value, FREE["#"]) for place, value in features.hashed.items()]
    return own


def _chance(base: Three, shift: Three) -> float:
    agent, human, ask = (b + s for b, s in zip(base, shift, strict=True))
    top = max(agent, human, ask)
    a, h, n = (math.exp(max(x - top, -60.0)) for x in (agent, human, ask))
    return a / (a + h + n)


def _kept(weights: dict[str, Weight]) -> dict[str, Weight]:
    if len(weights) <= MOST:
        return weights
    order = sorted(weights, key=lambda name: (name[0] == "#", -abs(weights[name][0]), name))
    return {name: weights[name] for name in order[: MOST - MOST // 10]}
