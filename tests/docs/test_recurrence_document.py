"""docs/recurrence.md: its rules and its lines are ones that the program takes, its object is what the API answers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from task_assistant.domain.quick_add import parse
from task_assistant.domain.recurrence import Recurrence
from task_assistant.domain.rrule import READERS
from task_assistant.domain.rrule import parse as rule
from task_assistant.wire import render
from task_assistant.wire.recurrence import read, shown

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "recurrence.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", re.findall(r"`(FREQ=[^`]+)`", PAGE))
def test_each_rule_of_the_page_is_taken(text: str) -> None:
    rule(text)


@pytest.mark.parametrize("line", re.findall(r"`([A-Z][^`=]* (?:every|after) [^`]+)`", PAGE))
def test_each_line_of_the_page_is_understood(line: str) -> None:
    assert parse(line, NOW, UTC).recurrence is not None


def test_the_page_names_every_part_of_a_rule() -> None:
    assert {name for name in READERS if f"`{name}`" in PAGE} == set(READERS)


def test_the_object_of_the_page_is_what_the_api_answers_and_takes() -> None:
    block = re.search(r'"recurrence": (\{.*?\})', PAGE, re.DOTALL)
    assert block is not None
    said = json.loads(block[1])
    starts = datetime.fromisoformat(said["starts_at"])
    series = Recurrence(said["rule"], said["zone"], starts, said["after_done"])
    assert render.plain(shown(series)) == said
    assert read(said).rule == said["rule"]
