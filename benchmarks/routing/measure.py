"""Quality on texts that the model was not trained on: how well it ranks, how right it is, how honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.routing.data import Text, folds
from benchmarks.routing.train import calibrated, prior_of, seen, train
from task_assistant.domain.readiness.features import Features

FOLDS, RESAMPLED = 10, 1_000


@dataclass(frozen=True, slots=True)
class HeldOut:
    """For each text what a model said that had not seen it, nor any text of its group."""

    margins: Any  # agent's logit against the others
    shares: Any  # of what is left, the human's


def held_out(all_texts: list[Text], all_features: Sequence[Features], seed: int, softness: float) -> HeldOut:
    """Cross-validation by groups."""
    place = folds(all_texts, FOLDS, seed)
    margins, shares = np.zeros(len(all_texts)), np.zeros(len(all_texts))
    for fold in range(FOLDS):
        learn, ask = np.where(place != fold)[0], np.where(place == fold)[0]
        model = prior_of(train([all_texts[i] for i in learn], [all_features[i] for i in learn], softness))
        for i in ask:
            agent, human, need = model.logits(all_features[i])
            margins[i] = agent - np.logaddexp(human, need)
            shares[i] = human - need
    return HeldOut(margins, shares)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities of held-out texts."""

    agent: Any
    human: Any


def as_shipped(all_texts: list[Text], held: HeldOut) -> Judgement:
    """Calibrated as the weights file is, on all judged texts: what the thresholds are chosen on."""
    data = calibrated({}, *_margins(all_texts, held, np.ones(len(all_texts), bool)))
    agent = 1 / (1 + np.exp(-(data["slope"] * held.margins + data["offset"])))
    return Judgement(agent, (1 - agent) / (1 + np.exp(-held.shares)))


def _margins(all_texts: list[Text], held: HeldOut, of: Any) -> tuple[Any, Any]:
    """Those of the judged texts among these, and which of them are an agent's."""
    where = of & np.array([text.judged for text in all_texts])
    return held.margins[where], np.array([text.owner == 0 for text in all_texts])[where]


def judged(all_texts: list[Text], held: HeldOut, seed: int) -> Judgement:
    """Calibrates each tenth by the other nine, so that the error is measured honestly."""
    part = np.random.RandomState(seed).randint(0, FOLDS, len(all_texts))
    agent = np.zeros(len(all_texts))
    for at in range(FOLDS):
        side = part == at
        data = calibrated({}, *_margins(all_texts, held, part != at))
        agent[side] = 1 / (1 + np.exp(-(data["slope"] * held.margins[side] + data["offset"])))
    return Judgement(agent, (1 - agent) / (1 + np.exp(-held.shares)))


def interval(truth: Any, score: Any, seed: int = 0) -> tuple[float, float, float]:
    """AUC with its 95 % interval by resampling."""
    random, found = np.random.RandomState(seed), []
    for _ in range(RESAMPLED):
        at = random.randint(0, len(truth), len(truth))
        if 0 < truth[at].sum() < len(at):
            found.append(roc_auc_score(truth[at], score[at]))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(roc_auc_score(truth, score)), float(low), float(high)


def calibration_error(truth: Any, p: Any, bins: int = 10) -> float:
    """Mean distance of what is said from what is so, over bins of equal width, weighted by their size."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(truth[place == b].mean() - p[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))


def threshold(truth: Any, p: Any, precision: float) -> float:
    """The lowest probability from which on at least this share is right."""
    order = np.argsort(-p)
    right = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    good = np.where(right >= precision)[0]
    return float(p[order][good[-1]]) if len(good) else 1.0


def ready(all_texts: list[Text]) -> list[Features]:
    """The features of all texts, once."""
    return [seen(text) for text in all_texts]
