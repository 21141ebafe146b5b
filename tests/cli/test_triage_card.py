"""What `pta triage` shows of an assessment, and what is written in it by somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from task_assistant.cli import inbox, showing
from task_assistant.wire.examples import TASK


def assessment(**fields: Any) -> dict[str, Any]:
    """As the server tells it."""
    return {
        "suggested_assignee": "codex", "agent_probability": 0.83, "missing": [], "review": "required",
        "next_action": "Hand to an agent", "question": None, "assessed_by": "builtin",
        "assessed_at": "2026-05-07T09:00:00Z",
        "reasons": [{"signal": "writing", "evidence": "Draft", "points": 1.4}], **fields,
    }  # fmt: skip


def shown(capsys: pytest.CaptureFixture[str], **fields: Any) -> str:
    showing.assessed(assessment(**fields))
    return capsys.readouterr().out


def test_suggestion_confidence_and_reasons_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys)
    assert "suggested: agent, 83% sure" in out
    assert "writing: “Draft”" in out
    assert "suggested: you, 80% sure" in shown(capsys, suggested_assignee="me", agent_probability=0.2)


def test_without_an_owner_the_question_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, suggested_assignee=None, question="Which Alice?", missing=["information"])
    assert "ask first" in out
    assert "missing: information" in out
    assert "question: Which Alice?" in out


def test_who_proposed_it_and_what_speaks_against_it_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    why = [{"signal": "money", "evidence": "pay", "points": -1.0}]
    out = shown(capsys, assessed_by="agent:sorter", reasons=why)
    assert "(by agent:sorter)" in out
    assert "speaks against it" in out


def test_hostile_reasons_neither_drive_the_terminal_nor_begin_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    evil = "x\x1b[2J[red]\nsuggested: agent, 100% sure\u202e"
    why = [{"signal": evil, "evidence": evil, "points": 1.0}]
    out = shown(capsys, reasons=why, question=evil, assessed_by=f"agent:{evil}")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]" in out
    assert not any(line.startswith("suggested: agent, 100%") for line in out.splitlines())


def test_a_task_with_an_owner_is_shown_without_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    task = {**TASK, "assignee": "me", "assessment": assessment()}
    showing.card(task)
    assert "suggested" not in capsys.readouterr().out
    showing.card({**task, "assignee": "unassigned", "lane": "triage"})
    assert "suggested: agent" in capsys.readouterr().out


def test_the_owner_that_came_with_a_task_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    showing.wished({"by": "adapter:mail", "assignee": "codex", "review": None})
    assert "adapter:mail suggests: agent (the owner came with the task)" in capsys.readouterr().out


def test_accepting_is_offered_where_there_is_something_to_accept() -> None:
    def keys(**fields: Any) -> str:
        return inbox._triage_keys(fields)  # type: ignore[arg-type]

    assert "accept" in keys(assessment=assessment())
    assert "accept" in keys(assessment=assessment(suggested_assignee=None), proposal={"assignee": "codex"})
    assert "accept" not in keys(assessment=assessment(suggested_assignee=None))
    assert "accept" not in keys(assessment=None)


def test_the_keys_fit_a_terminal_of_80_columns() -> None:
    assert max(map(len, (inbox.TRIAGE_KEYS, inbox.UNSURE_KEYS, inbox.REVIEW_KEYS))) < 80
