"""Moving a card: every pair of columns has an act of the lifecycle or a sentence that says why not and what instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from task_assistant.domain.lifecycle import Command, outcome
from task_assistant.domain.roles import Role
from task_assistant.domain.task import Owner, Result, Status, Task
from task_assistant.web.board_moves import COLUMNS, Move, moves
from tests.factories import NOW, task


def way(it: Task, to: Status) -> Move:
    return next(move for move in moves(it, NOW) if move.to is to)


@pytest.mark.parametrize("status", COLUMNS)
@pytest.mark.parametrize("owner", Owner)
def test_every_other_column_has_an_act_or_a_reason(status: Status, owner: Owner) -> None:
    found = moves(task(status=status, assignee=owner), NOW)
    assert [move.to for move in found] == [to for to in COLUMNS if to is not status]
    assert all((move.act is None) != (move.why == "") for move in found)


@pytest.mark.parametrize("status", COLUMNS)
def test_every_act_is_a_command_that_the_lifecycle_takes_from_there(status: Status) -> None:
    for move in moves(task(status=status), NOW):
        if move.act is not None:
            verb = Command(move.act.path.partition("?")[0])
            assert isinstance(outcome(verb, Role.OWNER, status), Status)


def test_an_illegal_move_says_why_and_where_the_card_can_go() -> None:
    refused = way(task(assignee=Owner.ME), Status.WAITING_REVIEW)
    assert "hands back" in refused.why
    assert "In progress, Blocked, Done or Cancelled" in refused.why


def test_a_result_is_approved_as_the_round_that_was_seen_and_sent_back_with_words() -> None:
    handed = task(status=Status.WAITING_REVIEW, result=Result(3, "Drafted.", "agent:alpha", NOW))
    approve, back = way(handed, Status.DONE).act, way(handed, Status.BACKLOG).act
    assert approve is not None
    assert approve.path == "approve?round=3"
    assert back is not None
    assert back.compose == "send-back"


def test_an_agents_task_is_started_by_an_agent() -> None:
    assert "claiming" in way(task(assignee=Owner.CODEX), Status.IN_PROGRESS).why
    started = way(task(assignee=Owner.ME), Status.IN_PROGRESS).act
    assert started is not None
    assert started.path == "edit?status=in_progress&assignee=me"


def test_a_closed_card_is_reopened_first() -> None:
    closed = task(status=Status.DONE)
    assert way(closed, Status.BACKLOG).act is not None
    assert "reopen it first" in way(closed, Status.BLOCKED).why
    assert moves(closed, NOW) == moves(closed, NOW + timedelta(days=1))
