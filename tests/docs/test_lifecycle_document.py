"""docs/lifecycle.md is what the table says."""

from __future__ import annotations

from pathlib import Path

from task_assistant.bootstrap import lifecycle_document
from task_assistant.domain.lifecycle import TABLE, mermaid
from task_assistant.domain.task import Status

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_written_from_the_table() -> None:
    committed = (ROOT / lifecycle_document.DOCUMENT).read_text(encoding="utf-8")
    assert committed == lifecycle_document.document(), (
        "run: python -m task_assistant.bootstrap.lifecycle_document"
    )


def test_the_diagram_draws_every_move_that_changes_the_status() -> None:
    drawn = mermaid()
    for command, line in TABLE.items():
        for before, after in line.leads.items():
            arrow = f"    {before} --> {after}: {command}"
            assert (arrow in drawn.splitlines()) == (before is not after)


def test_the_diagram_knows_every_status() -> None:
    assert all(status.value in mermaid() for status in Status)
