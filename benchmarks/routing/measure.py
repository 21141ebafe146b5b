"""Quality on texts that the model was not trained on: how well it ranks, how right it is, how honest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.routing.data import Text, folds
from benchmarks.routing.train import prior_of, seen, train
from task_assistant.domain.readiness.features import ADDRESSED, Features
from task_assistant.domain.readiness.prior import Scale

FOLDS, RESAMPLED = 10, 1_000
# What share of suggestions is to be right, on the texts that were read: for an agent, and for the person where a text
# is noted or said. Of what is said, no more can be had without falling silent.
AGENT, PERSON = 0.91, {False: 0.92, True: 0.84}


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
    """Probabilities of held-out texts, and from where on each kind of text gets a suggestion."""

    agent: Any
    human: Any
    noted: Scale
    said: Scale
    kind: Any  # whether a text is said to somebody

    def suggests(self, side: str) -> Any:
        """Which texts are suggested for the `agent` or the `human`."""
        p, sure = (self.agent, "sure_agent") if side == "agent" else (self.human, "sure_human")
        return p >= np.where(self.kind, getattr(self.said, sure), getattr(self.noted, sure))


def as_shipped(all_texts: list[Text], all_features: Sequence[Features], held: HeldOut) -> Judgement:
    """Calibrated, with thresholds, by what the readers of `readings.tsv` say; the judged texts choose nothing."""
    kind = np.array([ADDRESSED in features.named for features in all_features])
    read = np.array([not (text.judged or text.written) for text in all_texts])
    agent, lines = np.zeros(len(all_texts)), {}
    for said in (False, True):
        line = _line(all_texts, held.margins, read & (kind == said))
        lines[said] = line
        side = kind == said
        agent[side] = 1 / (1 + np.exp(-(line[0] * held.margins[side] + line[1])))
    human = (1 - agent) / (1 + np.exp(-held.shares))
    sure = threshold(_share(all_texts, 0)[read], agent[read], AGENT, _mix(all_texts)[read])
    scales = []
    for said in (False, True):
        of = read & (kind == said)
        mine = threshold(_share(all_texts, 1)[of], human[of], PERSON[said])
        scales.append(Scale(*lines[said], round(sure, 3), round(mine, 3)))
    return Judgement(agent, human, scales[0], scales[1], kind)


def _line(all_texts: list[Text], margins: Any, of: Any) -> tuple[float, float]:
    """Slope and offset that make margins into probabilities (Platt); each of two readings counts."""
    share = _share(all_texts, 0)[of]
    x = np.concatenate([margins[of], margins[of]]).reshape(-1, 1)
    y, weight = np.repeat([1, 0], of.sum()), np.concatenate([share, 1 - share])
    model = LogisticRegression(C=1e6).fit(x[weight > 0], y[weight > 0], sample_weight=weight[weight > 0])
    return round(float(model.coef_[0, 0]), 3), round(float(model.intercept_[0]), 3)


def _share(all_texts: list[Text], owner: int) -> Any:
    """The share of a text's readings that name this owner."""
    return np.array(
        [
            ((text.owner == owner) + ((text.owner if text.second is None else text.second) == owner)) / 2
            for text in all_texts
        ]
    )


def _mix(all_texts: list[Text]) -> Any:
    """Weights by which the texts that were read have as many to-do items for an e-mail as the judged ones."""
    kinds = [(text.judged, text.mail) for text in all_texts]
    return np.array([kinds.count((True, mail)) / max(kinds.count((False, mail)), 1) for _, mail in kinds])


def interval(truth: Any, score: Any, seed: int = 0) -> tuple[float, float, float]:
    """AUC with its 95 % interval by resampling."""
    random, found = np.random.RandomState(seed), []
    for _ in range(RESAMPLED):
        at = random.randint(0, len(truth), len(truth))
        if 0 < truth[at].sum() < len(at):
            found.append(roc_auc_score(truth[at], score[at]))
    low, high = np.percentile(found, [2.5, 97.5])
    return float(roc_auc_score(truth, score)), float(low), float(high)


def by_chance(p: Any, seed: int = 0) -> float:
    """The calibration error that perfectly honest probabilities would show on so few texts."""
    random = np.random.RandomState(seed)
    return float(np.mean([calibration_error(random.rand(len(p)) < p, p) for _ in range(200)]))


def precision_interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, right / of
    middle, wide = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return float((middle - wide) / (1 + z * z / of)), float((middle + wide) / (1 + z * z / of))


def calibration_error(truth: Any, p: Any, bins: int = 10) -> float:
    """Mean distance of what is said from what is so, over bins of equal width, weighted by their size."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(truth[place == b].mean() - p[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))


def threshold(truth: Any, p: Any, precision: float, weight: Any = None) -> float:
    """The lowest probability from which on at least this share is right."""
    order = np.argsort(-p)
    counts = np.ones(len(p)) if weight is None else weight[order]
    right = np.cumsum(counts * truth[order]) / np.cumsum(counts)
    good = np.where(right >= precision)[0]
    return float(p[order][good[-1]]) if len(good) else 1.0


def ready(all_texts: list[Text]) -> list[Features]:
    """The features of all texts, once."""
    return [seen(text) for text in all_texts]
