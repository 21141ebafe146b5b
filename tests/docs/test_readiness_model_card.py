"""The model card says of the weights what they say of themselves."""

from __future__ import annotations

from pathlib import Path

from benchmarks.routing.data import texts
from task_assistant.domain import readiness
from task_assistant.domain.readiness import prior

ROOT = Path(__file__).parents[2]
CARD = " ".join((ROOT / "docs/readiness-model.md").read_text("utf-8").split())
WEIGHTS = Path(readiness.__file__).parent / "weights.json"


def test_it_names_the_version_the_texts_and_the_thresholds() -> None:
    found = texts()
    noted, said = prior().noted, prior().said
    assert f"`{prior().version}`" in CARD
    assert f"{len(found):,} short texts" in CARD
    assert f"{sum(text.written for text in found):,} that were written" in CARD
    assert noted.sure_agent == said.sure_agent
    assert f"from {noted.sure_agent:.2f} on" in CARD
    assert f"`me` from {noted.sure_human:.2f} on where it is noted and from {said.sure_human:.2f} on" in CARD


def test_the_weights_are_as_small_as_it_says() -> None:
    size = WEIGHTS.stat().st_size
    assert f"{size / 1e3:.0f} kB of weights" in CARD
    assert size < 1_000_000
