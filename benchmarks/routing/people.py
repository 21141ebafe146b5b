"""Simulated people with habits of their own: does the personal delta follow them, and harm nobody who agrees?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.routing.data import Text, folds
from benchmarks.routing.train import prior_of, train
from task_assistant.domain.readiness import Delta, Prior
from task_assistant.domain.readiness.features import Features

DECISIONS, ASKED, LIVES = 50, 100, 20
Habit = Callable[[Text, Features, bool], bool]


def _has(*signs: str) -> Callable[[Features], bool]:
    return lambda features: any("sign:" + sign in features.named for sign in signs)


def _habit(signs: tuple[str, ...], agent: bool) -> Habit:
    matches = _has(*signs)
    return lambda _text, features, usual: agent if matches(features) else usual


HABITS: dict[str, Habit] = {
    "buys everything by hand": _habit(("ordering", "money"), agent=False),
    "keeps all messages": _habit(("messaging", "request", "unknown"), agent=False),
    "lets the agent call and answer": _habit(("voice", "your word"), agent=True),
    "keeps all scheduling": _habit(("scheduling",), agent=False),
    "lets the agent sort out bare nouns": _habit(("no verb", "unclear"), agent=True),
    "agrees with the readers": lambda _text, _features, usual: usual,
}


def report(found: list[Text], features: Sequence[Features]) -> list[str]:
    """For each habit the AUC on the next 100 decisions: of a prior that never saw them, and of the delta over it."""
    rows = [
        "",
        f"{'person':<38}{'prior':<8}" + "".join(f"{'after ' + str(n):<10}" for n in (10, 25, DECISIONS)),
    ]
    half = folds(found, 2, 0)
    learned = np.where(half == 0)[0]
    model = prior_of(train([found[i] for i in learned], [features[i] for i in learned]))
    habits = {
        **HABITS,
        "agrees with the prior": lambda _text, seen, _usual: _margin(model, seen, Delta()) > 0,
    }
    for name, habit in habits.items():
        person = _Person(model, found, features, habit)
        lives = np.mean([person.live(np.where(half == 1)[0], seed) for seed in range(LIVES)], 0)
        rows.append(f"{name:<38}{lives[0]:<8.3f}" + "".join(f"{auc:<10.3f}" for auc in lives[1:]))
    return rows


def _margin(model: Prior, seen: Features, own: Delta) -> float:
    agent, human, ask = (b + s for b, s in zip(model.logits(seen), own.shift(seen), strict=True))
    return float(agent - np.logaddexp(human, ask))


@dataclass(frozen=True)
class _Person:
    """Decides by habit about texts that the model has not seen."""

    model: Prior
    found: list[Text]
    features: Sequence[Features]
    habit: Habit

    def live(self, mine: Any, seed: int) -> list[float]:
        """The AUC before any decision, after 10, 25 and 50."""
        order = np.random.RandomState(seed).permutation(mine)[: DECISIONS + ASKED]
        wanted = [self.habit(self.found[i], self.features[i], self.found[i].owner == 0) for i in order]
        own = Delta()
        curve = [self._auc(own, order, wanted)]
        for n, i in enumerate(order[:DECISIONS], start=1):
            own = own.learn(self.features[i], wanted[n - 1], 1.0, self.model)
            if n in (10, 25, DECISIONS):
                curve.append(self._auc(own, order, wanted))
        return curve

    def _auc(self, own: Delta, order: Any, wanted: list[bool]) -> float:
        margins = [_margin(self.model, self.features[i], own) for i in order[DECISIONS:]]
        return float(roc_auc_score(wanted[DECISIONS:], margins))
