"""`python -m benchmarks.routing`: trains, cross-validates, prints quality, speed, size; --write ships the weights."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.routing import people, speed
from benchmarks.routing.data import Text, texts
from benchmarks.routing.measure import (
    HeldOut,
    Judgement,
    as_shipped,
    calibration_error,
    held_out,
    interval,
    judged,
    ready,
    threshold,
)
from benchmarks.routing.train import SOFTNESS, calibrated, train, write
from task_assistant.domain import readiness

WEIGHTS = Path(readiness.__file__).parent / "weights.json"
PRECISION = {"agent": 0.91, "human": 0.90}
SEEDS = (0, 1, 2)
Rows = list[str]


def main() -> int:
    """Prints the whole report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--write", metavar="VERSION", help="write the weights file under this version")
    given = parser.parse_args()
    found, features = texts(), ready(texts())
    rounds = [held_out(found, features, seed, SOFTNESS) for seed in SEEDS]
    held = HeldOut(np.mean([r.margins for r in rounds], 0), np.mean([r.shares for r in rounds], 0))
    said = as_shipped(found, held)
    print("\n".join(quality(found, held, said)))
    if given.write:
        ship(found, features, held, said, given.write)
    print("\n".join((*people.report(found, features), *speed.report(found, WEIGHTS))))
    return 0


def quality(found: list[Text], held: HeldOut, said: Judgement) -> Rows:
    """Ranking, precision where it suggests, honesty; on the judged texts and, weaker, on those that were read once."""
    honest = judged(found, held, 0)  # the error of a calibration is measured on texts that it has not seen
    agent = np.array([text.owner == 0 for text in found])
    human = np.array([text.owner == 1 for text in found])
    sure = {"agent": _sure(found, said)[0], "human": _sure(found, said)[1]}
    rows = [
        f"{len(found)} texts; suggested from {sure['agent']:.2f} (agent) and {sure['human']:.2f} (you) on",
        "",
    ]
    rows.append(f"{'texts':<28}{'AUC (95 %)':<24}{'error':<8}{'codex: right, found':<22}{'me: right, found'}")
    for name, where in _parts(found).items():
        auc = "{:.3f} ({:.3f}–{:.3f})".format(*interval(agent[where], held.margins[where]))
        error = calibration_error(agent[where], honest.agent[where])
        codex = _right(agent[where], said.agent[where], sure["agent"])
        mine = _right(human[where], said.human[where], sure["human"])
        rows.append(f"{name:<28}{auc:<24}{error:<8.3f}{codex:<22}{mine}")
    return rows


def _parts(found: list[Text]) -> dict[str, Any]:
    judged_ = np.array([text.judged for text in found])
    mail = np.array([text.mail for text in found])
    read = ~judged_ & np.array([not text.written for text in found])
    return {
        "judged: all": judged_, "judged: to-do items": judged_ & ~mail, "judged: e-mail": judged_ & mail,
        "read: to-do items": read & ~mail, "read: e-mail": read & mail,
    }  # fmt: skip


def _right(truth: Any, p: Any, sure: float) -> str:
    chosen = p >= sure
    if not chosen.any():
        return "never suggested"
    return f"{truth[chosen].mean():.2f}, {(truth & chosen).sum() / truth.sum():.2f} (n={chosen.sum()})"


def _sure(found: list[Text], said: Judgement) -> tuple[float, float]:
    """From where on to suggest: the precision that is wanted, on the judged texts."""
    where = np.array([text.judged for text in found])
    owner = np.array([text.owner for text in found])[where]
    return (
        threshold(owner == 0, said.agent[where], PRECISION["agent"]),
        threshold(owner == 1, said.human[where], PRECISION["human"]),
    )


def ship(found: list[Text], features: Any, held: HeldOut, said: Judgement, version: str) -> None:
    """Trains on everything; calibration and thresholds come from what was held out."""
    where = np.array([text.judged for text in found])
    agent = np.array([text.owner == 0 for text in found])
    data = calibrated(train(found, features), held.margins[where], agent[where])
    sure = _sure(found, said)
    write(
        {**data, "version": version, "sure_agent": round(sure[0], 3), "sure_human": round(sure[1], 3)},
        WEIGHTS,
    )


if __name__ == "__main__":
    sys.exit(main())
