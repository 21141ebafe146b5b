"""docs/insights.md says of each figure what the page, the API and the CLI say."""

from __future__ import annotations

from pathlib import Path

from task_assistant.services.figures import DEFINITIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "insights.md").read_text(encoding="utf-8")


def test_every_figure_is_defined_in_the_words_of_the_program() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    assert {name.strip("`"): sentence for name, sentence in rows} == DEFINITIONS
