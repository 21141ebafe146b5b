"""`python -m benchmarks.routing`: trains, cross-validates, prints quality, speed, size; --write ships the weights."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.routing import anchors, people, speed
from benchmarks.routing.data import Text, texts
from benchmarks.routing.measure import (
    HeldOut,
    Judgement,
    as_shipped,
    by_chance,
    calibration_error,
    held_out,
    interval,
    precision_interval,
    ready,
)
from benchmarks.routing.train import SOFTNESS, train, write
from task_assistant.domain import readiness
from task_assistant.domain.readiness.prior import Scale

WEIGHTS = Path(readiness.__file__).parent / "weights.json"
SEEDS = (0, 1, 2)
Rows = list[str]


def main() -> int:
    """Prints the whole report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--write", metavar="VERSION", help="write the weights file under this version")
    given = parser.parse_args()
    if given.write:
        anchors.write()  # the features are looked up by it
    found, features = texts(), ready(texts())
    rounds = [held_out(found, features, seed, SOFTNESS) for seed in SEEDS]
    held = HeldOut(np.mean([r.margins for r in rounds], 0), np.mean([r.shares for r in rounds], 0))
    said = as_shipped(found, features, held)
    print("\n".join(quality(found, held, said)))
    if given.write:
        ship(found, features, said, given.write)
    print("\n".join((*people.report(found, features), *speed.report(found, WEIGHTS))))
    return 0


def quality(found: list[Text], held: HeldOut, said: Judgement) -> Rows:
    """Ranking, precision where it suggests, honesty; on the judged texts and on those that chose the thresholds."""
    owners = np.array([text.owner for text in found])
    rows = [f"{len(found)} texts; noted: {_words(said.noted)}; said: {_words(said.said)}", ""]
    title = f"{'texts':<26}{'AUC (95 %)':<22}{'error (by chance)':<20}{'codex: right (95 %), found':<36}"
    rows.append(title + "me: right (95 %), found")
    for name, where in _parts(found).items():
        agent = owners[where] == 0
        auc = "{:.3f} ({:.3f}–{:.3f})".format(*interval(agent, held.margins[where]))
        p = said.agent[where]
        error = f"{calibration_error(agent, p):.3f} ({by_chance(p):.3f})"
        sides = [
            _right(owners[where] == n, said.suggests(side)[where])
            for n, side in enumerate(("agent", "human"))
        ]
        rows.append(f"{name:<26}{auc:<22}{error:<20}{sides[0]:<36}{sides[1]}")
    return rows


def _words(scale: Scale) -> str:
    return f"agent from {scale.sure_agent:.2f}, you from {scale.sure_human:.2f} on"


def _parts(found: list[Text]) -> dict[str, Any]:
    judged_ = np.array([text.judged for text in found])
    mail = np.array([text.mail for text in found])
    read = ~judged_ & np.array([not text.written for text in found])
    return {
        "judged: all": judged_, "judged: to-do items": judged_ & ~mail, "judged: e-mail": judged_ & mail,
        "read: to-do items": read & ~mail, "read: e-mail": read & mail,
    }  # fmt: skip


def _right(truth: Any, chosen: Any) -> str:
    if not chosen.any():
        return "never suggested"
    right, of = int((truth & chosen).sum()), int(chosen.sum())
    low, high = precision_interval(right, of)
    return f"{right / of:.2f} ({low:.2f}–{high:.2f}), {right / truth.sum():.2f} (n={of})"


def ship(found: list[Text], features: Any, said: Judgement, version: str) -> None:
    """Trains on everything; calibration and thresholds come from what was held out."""
    data = {**train(found, features), "noted": list(said.noted), "said": list(said.said)}
    write({**data, "version": version}, WEIGHTS)


if __name__ == "__main__":
    sys.exit(main())
