"""Training: three-way logistic regression over the features that the product computes, quantised to a small file."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from benchmarks.routing.data import Text
from task_assistant.domain.readiness.features import BUCKETS, Features, look
from task_assistant.domain.readiness.matter import Matter
from task_assistant.domain.readiness.prior import Prior, of

SOFTNESS = 0.1  # inverse strength of the regularisation, chosen on folds
WORDS = 1.2  # by how much hashed words may weigh more easily than signs, chosen on folds
# The texts have no context and no past decisions, so these start as they are set below, or at nothing.
UNTRAINED = ("from:", "head:", "context.")
# What context does, as a careful reader would say: it answers most questions (agent, human, ask).
CONTEXT = {
    "context.thread": [0.4, 0.0, -0.8], "context.described": [0.3, 0.0, -0.6], "context.link": [0.2, 0.0, -0.4],
    "context.file": [0.3, 0.0, -0.4], "way:label.agent": [0.8, -0.4, -0.4], "way:label.human": [-0.4, 0.8, -0.4],
}  # fmt: skip


def seen(text: Text) -> Features:
    """The features of a text without its context."""
    features = look(Matter(text.text)).features
    named = {name: value for name, value in features.named.items() if not name.startswith(UNTRAINED)}
    return Features(named, features.hashed)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the matrix a named feature has; hashed ones come first."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, all_features: Sequence[Features]) -> Columns:
        """Those of the training texts."""
        return cls(tuple(sorted({name for features in all_features for name in features.named})))

    def matrix(self, all_features: Sequence[Features]) -> Any:
        """One row a text."""
        place = {name: BUCKETS + at for at, name in enumerate(self.names)}
        rows, columns, values = [], [], []
        for row, features in enumerate(all_features):
            found = [(place, WORDS * value) for place, value in features.hashed.items()]
            found += [(place[name], value) for name, value in features.named.items() if name in place]
            for column, value in found:
                rows.append(row)
                columns.append(column)
                values.append(value)
        return csr_matrix((values, (rows, columns)), shape=(len(all_features), BUCKETS + len(self.names)))


def train(
    all_texts: Sequence[Text], all_features: Sequence[Features], softness: float = SOFTNESS
) -> dict[str, Any]:
    """The weights file's JSON, not yet calibrated."""
    columns = Columns.of(all_features)
    rows, owners, weights = _readings(all_texts)
    model = LogisticRegression(C=softness, max_iter=400, tol=1e-3)
    matrix = columns.matrix(all_features)
    used = np.unique(matrix.indices)  # many columns are empty, and a fit takes its time for them too
    model.fit(matrix[rows][:, used], owners, sample_weight=weights)
    coefficients = np.zeros((len(model.classes_), matrix.shape[1]))
    coefficients[:, used] = model.coef_
    coefficients[:, :BUCKETS] *= WORDS
    step = float(np.abs(coefficients[:, :BUCKETS]).max() / 127)
    hashed = np.rint(coefficients[:, :BUCKETS] / step).astype(np.int8).T.tobytes()
    named = {
        name: [round(float(w), 3) for w in coefficients[:, BUCKETS + at]]
        for at, name in enumerate(columns.names)
    }
    return {
        "version": "", "bias": [round(float(b), 3) for b in model.intercept_],
        "named": {name: w for name, w in named.items() if any(w)} | CONTEXT,
        "hashed": base64.b64encode(hashed).decode(), "step": round(step, 6),
        "noted": [1.0, 0.0, 0.8, 0.7], "said": [1.0, 0.0, 0.8, 0.7],
    }  # fmt: skip


def _readings(all_texts: Sequence[Text]) -> tuple[Any, Any, Any]:
    """The row, owner and weight of every reading: a text that two readers see differently is in it twice."""
    found = []
    for row, text in enumerate(all_texts):
        owners = (text.owner,) if text.second is None else (text.owner, text.second)
        found += [(row, owner, text.weight / len(owners)) for owner in owners]
    rows, owners_, weights = zip(*found, strict=True)
    return np.array(rows), np.array(owners_), np.array(weights)


def prior_of(data: dict[str, Any]) -> Prior:
    """The prior as the product loads it."""
    return of(json.loads(json.dumps(data)))


def write(data: dict[str, Any], path: Path) -> None:
    """The weights file."""
    path.write_text(json.dumps(data, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
