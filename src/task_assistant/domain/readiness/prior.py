"""The model as shipped: weights of named features and hashed words for three answers, trained by benchmarks/routing."""

from __future__ import annotations

import base64
import json
import math
from array import array
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data
from typing import Any, NamedTuple

from task_assistant.domain.readiness.features import ADDRESSED, Features

Three = tuple[float, float, float]  # agent, human, ask
NOTHING: Three = (0.0, 0.0, 0.0)


class Scale(NamedTuple):
    """How sure one may be of a kind of text.

    `slope` and `offset` turn the agent's logit into a probability that holds what it says, as measured in
    cross-validation; `sure_agent` and `sure_human` are the probabilities from which an owner is suggested.
    """

    slope: float
    offset: float
    sure_agent: float
    sure_human: float


@dataclass(frozen=True, slots=True)
class Prior:
    """`hashed` holds three signed bytes a bucket, worth `step` each. Logits are sums of weights times values.

    What one notes for oneself and what is said to somebody are measured apart: `noted`, `said`.
    """

    version: str
    bias: Three
    named: dict[str, Three]
    hashed: array[int]
    step: float
    noted: Scale
    said: Scale

    def scale(self, features: Features) -> Scale:
        """The one for this kind of text."""
        return self.said if ADDRESSED in features.named else self.noted

    def weight(self, name: str) -> Three:
        """What a named feature of value 1 adds."""
        return self.named.get(name, NOTHING)

    def bucket(self, place: int) -> Three:
        """What a hashed feature of value 1 adds."""
        a, h, n = self.hashed[3 * place : 3 * place + 3]
        return a * self.step, h * self.step, n * self.step

    def logits(self, features: Features) -> Three:
        """The sums for the three answers."""
        agent, human, ask = self.bias
        for name, value in features.named.items():
            if weights := self.named.get(name):
                agent += value * weights[0]
                human += value * weights[1]
                ask += value * weights[2]
        a = h = n = 0.0
        hashed = self.hashed
        for place, value in features.hashed.items():
            at = 3 * place
            a += value * hashed[at]
            h += value * hashed[at + 1]
            n += value * hashed[at + 2]
        return agent + a * self.step, human + h * self.step, ask + n * self.step

    def probabilities(self, logits: Three, scale: Scale) -> Three:
        """Calibrated: of tasks with an agent's probability of 0.8, about 80 in 100 were an agent's."""
        agent, human, ask = logits
        others = max(human, ask) + math.log1p(math.exp(-abs(human - ask)))
        p = sigmoid(scale.slope * (agent - others) + scale.offset)
        of_human = sigmoid(human - ask)
        return p, (1 - p) * of_human, (1 - p) * (1 - of_human)


def sigmoid(x: float) -> float:
    """Between 0 and 1, without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + math.exp(-min(x, 60.0)))
    e = math.exp(max(x, -60.0))
    return e / (1.0 + e)


def of(data: dict[str, Any]) -> Prior:
    """The prior of the weights file's JSON."""
    named = {name: (w[0], w[1], w[2]) for name, w in data["named"].items()}
    return Prior(
        data["version"], tuple(data["bias"]), named, array("b", base64.b64decode(data["hashed"])), data["step"],
        Scale(*data["noted"]), Scale(*data["said"]),
    )  # fmt: skip


@cache
def prior() -> Prior:
    """The shipped one, read once."""
    return of(json.loads(get_data(__package__, "weights.json") or b""))
