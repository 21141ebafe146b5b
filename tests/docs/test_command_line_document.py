"""docs/cli.md is what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from task_assistant.bootstrap import command_line_document

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_written_from_the_commands() -> None:
    committed = (ROOT / command_line_document.DOCUMENT).read_text(encoding="utf-8")
    assert committed == command_line_document.document(), (
        "run: python -m task_assistant.bootstrap.command_line_document"
    )


def test_no_line_of_help_is_wider_than_a_terminal() -> None:
    help_lines = [
        line for block in command_line_document.document().split("```")[1::2] for line in block.splitlines()
    ]
    assert max(map(len, help_lines)) <= command_line_document.WIDTH
